/// What the conveyor and the delay line share at the edge to Kafka: sends that are awaited
/// together, and how a failure that is not a record's fault is told and retried.
@NullMarked
package pqsigner.worker.kafka;

import org.jspecify.annotations.NullMarked;
