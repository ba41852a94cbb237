/// What gateway, worker and delay line all do at Kafka's edge: consumers that nothing in a topic
/// can stop, batches that are repeated until what they need is back, dead letters that say where
/// they came from, and starts that fail without printing a secret.
@NullMarked
package pqsigner.kafka;

import org.jspecify.annotations.NullMarked;
