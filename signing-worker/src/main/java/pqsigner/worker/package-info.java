/// The conveyor on the Nitro host: takes signing jobs from Kafka in batches, asks the enclave, and
/// publishes what became of each. It holds KMS relay credentials and no DynamoDB, sees ciphertext
/// only, and decides nothing about who may sign.
@NullMarked
package pqsigner.worker;

import org.jspecify.annotations.NullMarked;
