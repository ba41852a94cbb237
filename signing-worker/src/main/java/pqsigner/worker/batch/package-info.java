/// What to do with a polled batch, as values: what to ask the enclave, what each answer means, and
/// what follows from a failure. Nothing here does IO or knows Kafka.
@NullMarked
package pqsigner.worker.batch;

import org.jspecify.annotations.NullMarked;
