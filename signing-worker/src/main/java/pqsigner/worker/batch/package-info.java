/// What is to be done with a polled batch, as values: who is asked about what, what each answer
/// means, and what follows from a failure. Nothing here does IO or knows Kafka.
@NullMarked
package pqsigner.worker.batch;

import org.jspecify.annotations.NullMarked;
