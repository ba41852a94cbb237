package pqsigner.gateway.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import pqsigner.events.EventHeaders;
import pqsigner.kafka.Envelope;

/// The envelope of what the gateway sends: CloudEvents 1.0, Kafka binary mode. It holds nothing
/// that changes from one sending to the next, so that the same event is the same bytes.
///
/// @param custodian whose request it is about; in the source, since two may use the same request_id
/// @param id unique among the events of one source
/// @param time when what the event tells happened
public record CloudEvent(
    String custodian, String id, String type, Instant time, @Nullable String traceparent) {

  private static final String SOURCE_PREFIX = "urn:pq-signer:gateway:";

  /// @param partition null lets the key decide
  public ProducerRecord<byte[], byte[]> record(
      String topic, @Nullable Integer partition, String key, byte[] value) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, partition, key.getBytes(StandardCharsets.UTF_8), value);
    Envelope.write(record.headers(), SOURCE_PREFIX + custodian, id, type, time);
    if (traceparent != null) {
      EventHeaders.set(record.headers(), EventHeaders.TRACEPARENT, traceparent);
    }
    return record;
  }
}
