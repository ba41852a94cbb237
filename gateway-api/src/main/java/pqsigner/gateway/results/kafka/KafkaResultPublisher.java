package pqsigner.gateway.results.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static pqsigner.events.EventHeaders.TYPE_CONFLICT;
import static pqsigner.events.EventHeaders.TYPE_FAILED;
import static pqsigner.events.EventHeaders.TYPE_RESULT;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Topics;
import pqsigner.events.avro.Conflict;
import pqsigner.events.avro.Failed;
import pqsigner.events.avro.Result;
import pqsigner.gateway.kafka.AvroValues;
import pqsigner.gateway.kafka.AwaitedSender;
import pqsigner.gateway.kafka.CloudEvent;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.ReplayLimit;
import pqsigner.gateway.queue.QueueUnavailableException;
import pqsigner.gateway.results.ResultRecords;

/// Publishes the three types of record that the package describes, and waits until the broker has
/// them.
public final class KafkaResultPublisher {

  private final AwaitedSender sender;
  private final AvroValues values;
  private final Topics topics;
  private final ReplayLimit limit;
  private final MeterRegistry registry;

  public KafkaResultPublisher(
      AwaitedSender sender,
      AvroValues values,
      Topics topics,
      ReplayLimit limit,
      MeterRegistry registry) {
    this.sender = sender;
    this.values = values;
    this.topics = topics;
    this.limit = limit;
    this.registry = registry;
  }

  /// The one terminal result of a request, or that it failed. Publishing it again sends the same
  /// bytes.
  ///
  /// @param entry decided
  public void publish(LedgerEntry entry) {
    Outcome outcome =
        Objects.requireNonNull(entry.outcome(), "only a decided request can be published");
    switch (outcome) {
      case Outcome.Failed _ -> {
        Failed failed = ResultRecords.failed(entry, limit);
        send(failed, entry.requestId(), event(entry, ResultRecords.idOf(failed), TYPE_FAILED));
      }
      case Outcome.Signed _, Outcome.Generated _, Outcome.Refused _, Outcome.Expired _ ->
          send(
              ResultRecords.of(entry, limit),
              entry.requestId(),
              event(entry, entry.requestId(), TYPE_RESULT));
    }
  }

  /// The answer to a command whose id belongs to another request; not that request's result, and so
  /// of another type.
  public void publishConflict(String custodian, Conflict conflict, @Nullable String traceparent) {
    send(
        conflict,
        conflict.getRequestId(),
        new CloudEvent(
            custodian,
            ResultRecords.idOf(conflict),
            TYPE_CONFLICT,
            conflict.getCommandAt(),
            traceparent));
  }

  private static CloudEvent event(LedgerEntry entry, String id, String type) {
    Outcome outcome = Objects.requireNonNull(entry.outcome());
    return new CloudEvent(entry.custodian(), id, type, outcome.at(), entry.request().traceparent());
  }

  /// Keyed by the event's id, on the partition of the request: whoever keeps the last record of
  /// each key keeps the result, and all that is said of one request is read in order.
  private void send(SpecificRecord value, String requestId, CloudEvent event) {
    String topic = topics.results(event.custodian());
    int partition = sender.partitionOf(topic, requestId.getBytes(UTF_8));
    sender.send(event.record(topic, partition, event.id(), encoded(topic, value)));
    Counter.builder("pq.signer.gateway.results.published")
        .description("Records sent to results topics, repetitions included")
        .tag("type", event.type())
        .tag("state", state(value))
        .register(registry)
        .increment();
  }

  private static String state(SpecificRecord value) {
    return switch (value) {
      case Result result -> result.getState();
      case Failed failed -> failed.getState();
      default -> "CONFLICT";
    };
  }

  private byte[] encoded(String topic, SpecificRecord value) {
    try {
      return value instanceof Result
          ? values.encode(topic, value)
          : values.encodeBeside(topic, value);
    } catch (RetriableException e) {
      throw new QueueUnavailableException("schema registry: " + e.getClass().getSimpleName(), e);
    }
  }
}
