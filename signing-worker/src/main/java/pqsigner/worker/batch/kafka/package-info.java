/// The batch's edge to Kafka: bytes in, outcomes out, acknowledged before the offsets move.
@NullMarked
package pqsigner.worker.batch.kafka;

import org.jspecify.annotations.NullMarked;
