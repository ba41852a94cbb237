/// The contract over Kafka: commands out, results in.
@NullMarked
package pqsigner.cli.kafka;

import org.jspecify.annotations.NullMarked;
