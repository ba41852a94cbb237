/// The contract over Kafka: commands out, results in.
@NullMarked
package pqsigner.client.kafka;

import org.jspecify.annotations.NullMarked;
