package pqsigner.client.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import pqsigner.client.PemIdentity;
import pqsigner.client.SignerException;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.events.EventHeaders;
import pqsigner.events.avro.Command;
import pqsigner.events.wire.ConfluentAvroDeserializer;
import pqsigner.events.wire.ConfluentAvroSerializer;

/// One custodian's commands topic to write to and results topic to read from.
///
/// Reads only what comes after it was opened, by assigned partitions and without a group, so that
/// nothing is left on the broker. Not for several threads at once, except [#send].
public final class KafkaSigner implements AutoCloseable {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaEndpoint endpoint;
  private final KafkaProducer<String, SpecificRecord> producer;
  private final KafkaConsumer<String, byte[]> consumer;
  private final ConfluentAvroDeserializer decoder = new ConfluentAvroDeserializer();

  private KafkaSigner(KafkaEndpoint endpoint, Map<String, Object> settings) {
    this.endpoint = endpoint;
    this.producer = new KafkaProducer<>(settings, new StringSerializer(), encoder(endpoint));
    this.consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    decoder.configure(Map.of("schema.registry.url", endpoint.registry()), false);
  }

  /// @throws SignerException `tls_refused`, `forbidden` or `connection_failed`
  public static KafkaSigner open(KafkaEndpoint endpoint, PemIdentity caller) {
    KafkaSigner signer = new KafkaSigner(endpoint, settings(endpoint, caller));
    try {
      signer.startAtTheEnd();
      return signer;
    } catch (KafkaException e) {
      signer.close();
      throw failure(endpoint, e);
    } catch (RuntimeException e) {
      signer.close();
      throw e;
    }
  }

  private static Map<String, Object> settings(KafkaEndpoint endpoint, PemIdentity caller) {
    Map<String, Object> settings = new HashMap<>(caller.kafkaSettings());
    settings.put("bootstrap.servers", endpoint.bootstrap());
    settings.put("client.id", "pq-signer-cli");
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("linger.ms", 0);
    settings.put("max.block.ms", CALL_TIMEOUT.toMillis());
    settings.put("delivery.timeout.ms", (int) CALL_TIMEOUT.toMillis());
    settings.put("request.timeout.ms", 5_000);
    settings.put("default.api.timeout.ms", (int) CALL_TIMEOUT.toMillis());
    settings.put("enable.auto.commit", false);
    settings.put("enable.metrics.push", false);
    return Map.copyOf(settings);
  }

  private static ConfluentAvroSerializer encoder(KafkaEndpoint endpoint) {
    ConfluentAvroSerializer encoder = new ConfluentAvroSerializer();
    encoder.configure(
        Map.of("schema.registry.url", endpoint.registry(), "auto.register.schemas", false), false);
    return encoder;
  }

  private void startAtTheEnd() {
    List<TopicPartition> partitions =
        consumer
            .partitionsFor(endpoint.topics().results(endpoint.custodian()), CALL_TIMEOUT)
            .stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new SignerException(
          "connection_failed", "no results topic for " + endpoint.custodian());
    }
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // The end is looked up lazily; ask now, so that no result can come before it is known.
    partitions.forEach(consumer::position);
  }

  public Future<RecordMetadata> send(SignerRequest request) {
    return send(request.requestId(), request.toCommand());
  }

  /// @param recordKey the request's id, which keeps its deliveries on one partition
  public Future<RecordMetadata> send(String recordKey, Command command) {
    try {
      return producer.send(
          new ProducerRecord<>(
              endpoint.topics().commands(endpoint.custodian()), recordKey, command));
    } catch (KafkaException e) {
      throw failure(endpoint, e);
    }
  }

  /// Waits up to `wait` for results, failures and conflicts and hands on what came; whose requests
  /// they answer is for the caller to see.
  public void poll(Duration wait, Consumer<ReceivedEvent> each) {
    try {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(wait)) {
        SpecificRecord event =
            decoder.deserialize(record.topic(), record.headers(), record.value());
        ReceivedEvent.requestId(event)
            .map(
                requestId ->
                    new ReceivedEvent(
                        requestId,
                        EventHeaders.text(record.headers(), EventHeaders.CE_TYPE).orElse(""),
                        event,
                        record.value(),
                        record.offset()))
            .ifPresent(each);
      }
    } catch (KafkaException e) {
      throw failure(endpoint, e);
    }
  }

  /// Sends a request and waits for its result, or until it is given up for now.
  ///
  /// @param patience zero to return as soon as the broker has it
  public SignerResult submit(SignerRequest request, Duration patience) {
    Map<String, ReceivedEvent> results = exchange(List.of(request), patience);
    ReceivedEvent result = results.get(request.requestId());
    return result == null
        ? new SignerResult.Pending(request.requestId(), "SENT")
        : result.outcome();
  }

  /// Sends requests and collects the first that is said of each, until all are there or patience
  /// ends.
  public Map<String, ReceivedEvent> exchange(
      Collection<SignerRequest> requests, Duration patience) {
    List<Future<RecordMetadata>> sent = requests.stream().map(this::send).toList();
    sent.forEach(this::await);
    Set<String> missing = new HashSet<>();
    requests.forEach(request -> missing.add(request.requestId()));
    Map<String, ReceivedEvent> results = new LinkedHashMap<>();
    long until = System.nanoTime() + patience.toNanos();
    while (!missing.isEmpty() && System.nanoTime() - until < 0) {
      poll(
          POLL,
          result -> {
            if (missing.remove(result.requestId())) {
              results.put(result.requestId(), result);
            }
          });
    }
    return results;
  }

  private void await(Future<RecordMetadata> sending) {
    try {
      sending.get();
    } catch (ExecutionException e) {
      throw failure(endpoint, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SignerException("no_answer", "interrupted", e);
    }
  }

  private static SignerException failure(KafkaEndpoint endpoint, Throwable cause) {
    String code =
        switch (cause) {
          case SslAuthenticationException _ -> "tls_refused";
          case AuthorizationException _ -> "forbidden";
          default -> "connection_failed";
        };
    return new SignerException(
        code, "Kafka at " + endpoint.bootstrap() + ": " + cause.getMessage(), cause);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(5)));
    decoder.close();
  }
}
