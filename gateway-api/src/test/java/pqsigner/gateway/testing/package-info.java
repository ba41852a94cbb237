/// A gateway in this process on a real broker, registry and database, and the two sides that it
/// talks to on Kafka: a custodian and a worker.
@NullMarked
package pqsigner.gateway.testing;

import org.jspecify.annotations.NullMarked;
