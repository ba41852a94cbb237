/// What travels on Kafka: topic and header names, error codes, the generated Avro records
/// (`pqsigner.events.avro`) and the Confluent wire format ([pqsigner.events.wire]).
@NullMarked
package pqsigner.events;

import org.jspecify.annotations.NullMarked;
