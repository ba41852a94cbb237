package pqsigner.kafka;

import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import pqsigner.events.EventHeaders;

/// CloudEvents 1.0 in Kafka's binary mode.
public final class Envelope {
  private Envelope() {}

  /// @param id unique among the events of one source
  /// @param time when what the event tells happened
  public static void write(Headers headers, String source, String id, String type, Instant time) {
    EventHeaders.set(headers, EventHeaders.CE_SPECVERSION, "1.0");
    EventHeaders.set(headers, EventHeaders.CE_ID, id);
    EventHeaders.set(headers, EventHeaders.CE_TYPE, type);
    EventHeaders.set(headers, EventHeaders.CE_SOURCE, source);
    EventHeaders.set(headers, EventHeaders.CE_TIME, time.toString());
    EventHeaders.set(headers, EventHeaders.CONTENT_TYPE, "application/avro");
  }
}
