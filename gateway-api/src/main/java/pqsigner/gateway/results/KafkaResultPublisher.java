package pqsigner.gateway.results;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pqsigner.events.EventHeaders;
import pqsigner.events.Topics;
import pqsigner.events.avro.Result;
import pqsigner.gateway.kafka.AvroValues;
import pqsigner.gateway.kafka.AwaitedSender;
import pqsigner.gateway.kafka.CloudEvent;
import pqsigner.gateway.ledger.LedgerEntry;

/// Publishes results, keyed by request_id, and waits until the broker has them.
public final class KafkaResultPublisher {

  private final AwaitedSender sender;
  private final AvroValues values;
  private final Topics topics;
  private final MeterRegistry registry;

  public KafkaResultPublisher(
      AwaitedSender sender, AvroValues values, Topics topics, MeterRegistry registry) {
    this.sender = sender;
    this.values = values;
    this.topics = topics;
    this.registry = registry;
  }

  /// The one terminal result of a request. Publishing it again sends the same bytes.
  ///
  /// @param entry finished
  public void publish(LedgerEntry entry) {
    Instant time = Objects.requireNonNull(entry.outcome()).at();
    send(
        entry.custodian(),
        ResultRecords.of(entry),
        new CloudEvent(entry.requestId(), EventHeaders.TYPE_RESULT, time, entry.traceparent()));
  }

  /// An answer to a command whose id belongs to another request; not that request's result, and so
  /// of another type.
  ///
  /// @param commandTime of the command's record
  public void publishConflict(
      String custodian,
      String requestId,
      @Nullable String requestType,
      Instant commandTime,
      @Nullable String traceparent) {
    send(
        custodian,
        ResultRecords.conflict(requestId, requestType),
        new CloudEvent(requestId, EventHeaders.TYPE_CONFLICT, commandTime, traceparent));
  }

  private void send(String custodian, Result result, CloudEvent event) {
    String topic = topics.results(custodian);
    sender.send(event.record(topic, null, event.id(), values.encode(topic, result)));
    Counter.builder("pq.signer.results.published")
        .description("Records sent to results topics, repetitions included")
        .tag("type", event.type())
        .tag("state", result.getState())
        .register(registry)
        .increment();
  }
}
