package pqsigner.client.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import pqsigner.client.PemIdentity;
import pqsigner.client.SignerException.CallFailed;
import pqsigner.client.SignerException.CallFailed.Reason;
import pqsigner.client.SignerRequest;
import pqsigner.events.EventHeaders;
import pqsigner.events.wire.UndecodableRecordException;

/// One custodian's commands topic to write to and results topic to read from, event by event.
///
/// Reads only what comes after it was opened, by assigned partitions and without a group, so that
/// nothing is left on the broker. Any number of threads may [#send]; only one at a time may
/// [#poll].
public final class CustodianTopics implements AutoCloseable {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /// Is told of every event.
  public interface Listener {
    void hear(ReceivedEvent event);
  }

  private final KafkaEndpoint endpoint;
  private final Producer<String, SpecificRecord> producer;
  private final Consumer<String, byte[]> consumer;
  private final Deserializer<SpecificRecord> decoder;

  CustodianTopics(
      KafkaEndpoint endpoint,
      Producer<String, SpecificRecord> producer,
      Consumer<String, byte[]> consumer,
      Deserializer<SpecificRecord> decoder) {
    this.endpoint = endpoint;
    this.producer = producer;
    this.consumer = consumer;
    this.decoder = decoder;
  }

  /// @throws CallFailed `tls_refused`, `forbidden` or `connection_failed`
  /// @throws IllegalArgumentException when a file of the caller's is unreadable
  public static CustodianTopics open(KafkaEndpoint endpoint, PemIdentity caller) {
    Map<String, Object> settings = settings(endpoint, caller);
    CustodianTopics topics =
        new CustodianTopics(
            endpoint,
            new KafkaProducer<>(settings, new StringSerializer(), endpoint.encoder()),
            new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer()),
            endpoint.decoder());
    try {
      topics.startAtTheEnd();
      return topics;
    } catch (KafkaException e) {
      topics.close();
      throw topics.failed(e);
    } catch (RuntimeException e) {
      topics.close();
      throw e;
    }
  }

  private static Map<String, Object> settings(KafkaEndpoint endpoint, PemIdentity caller) {
    Map<String, Object> settings = endpoint.clientSettings(caller);
    settings.put("client.id", "pq-signer-client");
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("linger.ms", 0);
    settings.put("max.block.ms", CALL_TIMEOUT.toMillis());
    settings.put("delivery.timeout.ms", (int) CALL_TIMEOUT.toMillis());
    settings.put("request.timeout.ms", 5_000);
    settings.put("default.api.timeout.ms", (int) CALL_TIMEOUT.toMillis());
    return Map.copyOf(settings);
  }

  void startAtTheEnd() {
    String results = endpoint.topics().results(endpoint.custodian());
    List<TopicPartition> partitions =
        consumer.partitionsFor(results, CALL_TIMEOUT).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new CallFailed(Reason.CONNECTION_FAILED, "there is no topic " + results);
    }
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // The end is looked up lazily; ask now, so that no result can come before it is known.
    partitions.forEach(consumer::position);
  }

  /// Sends a request under its id as the record's key, which keeps its deliveries on one partition.
  ///
  /// @return when the broker has it; ends exceptionally with a [CallFailed]
  public CompletableFuture<RecordMetadata> send(SignerRequest request) {
    CompletableFuture<RecordMetadata> sent = new CompletableFuture<>();
    var record =
        new ProducerRecord<String, SpecificRecord>(
            endpoint.topics().commands(endpoint.custodian()),
            request.requestId(),
            request.toCommand());
    try {
      var _ =
          producer.send(
              record,
              (metadata, failure) -> {
                if (failure == null) {
                  sent.complete(metadata);
                } else {
                  sent.completeExceptionally(failed(failure));
                }
              });
    } catch (KafkaException e) {
      sent.completeExceptionally(failed(e));
    }
    return sent;
  }

  /// Waits up to `wait` for results, failures and conflicts and hands on what came; whose requests
  /// they answer is for the caller to see.
  ///
  /// @throws CallFailed when the broker or the registry fails; the next call goes on from there
  public void poll(Duration wait, Listener each) {
    Deque<ConsumerRecord<String, byte[]>> left = new ArrayDeque<>();
    try {
      consumer.poll(wait).forEach(left::add);
      while (!left.isEmpty()) {
        receive(left.element(), each);
        left.remove();
      }
    } catch (KafkaException e) {
      // The earliest of each partition is sought last.
      left.reversed()
          .forEach(r -> consumer.seek(new TopicPartition(r.topic(), r.partition()), r.offset()));
      throw failed(e);
    }
  }

  private void receive(ConsumerRecord<String, byte[]> record, Listener each) {
    SpecificRecord event = decode(record);
    String type = EventHeaders.text(record.headers(), EventHeaders.CE_TYPE).orElse("");
    if (event != null) {
      ReceivedEvent.requestId(event)
          .map(id -> new ReceivedEvent(id, type, event, record.value(), record.offset()))
          .ifPresent(each::hear);
    }
  }

  /// Null for what this client does not know: a gateway newer than it may publish other types.
  private @Nullable SpecificRecord decode(ConsumerRecord<String, byte[]> record) {
    try {
      return decoder.deserialize(record.topic(), record.headers(), record.value());
    } catch (UndecodableRecordException e) {
      return null;
    }
  }

  private CallFailed failed(Throwable cause) {
    Reason reason =
        switch (cause) {
          case SslAuthenticationException _ -> Reason.TLS_REFUSED;
          case AuthorizationException _ -> Reason.FORBIDDEN;
          default -> Reason.CONNECTION_FAILED;
        };
    return new CallFailed(
        reason, "Kafka at " + endpoint.bootstrap() + ": " + cause.getMessage(), cause);
  }

  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
    consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
    decoder.close();
  }
}
