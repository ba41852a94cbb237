package pqsigner.guarantees.stack;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import pqsigner.client.PemIdentity;
import pqsigner.client.kafka.KafkaEndpoint;
import pqsigner.events.avro.Result;
import pqsigner.events.wire.ConfluentAvroDeserializer;

/// A custodian's topics, byte by byte, for what a well-behaved client would never send. Sees every
/// result since it was opened.
public final class RawKafka implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  private final String commands;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final ConfluentAvroDeserializer decoder = new ConfluentAvroDeserializer();
  private final Map<String, Seen> seen = new LinkedHashMap<>();

  /// A result and its headers.
  public record Seen(Result result, ConsumerRecord<byte[], byte[]> record) {
    public String state() {
      return result.getState();
    }

    public String code() {
      return String.valueOf(result.getCode());
    }

    /// What a failed assertion shows.
    @Override
    public String toString() {
      return state() + " " + result.getCode() + " " + result.getDetail();
    }
  }

  RawKafka(KafkaEndpoint endpoint, PemIdentity caller) {
    Map<String, Object> settings = new HashMap<>(caller.kafkaSettings());
    settings.put("bootstrap.servers", endpoint.bootstrap());
    settings.put("acks", "all");
    settings.put("max.block.ms", 10_000);
    settings.put("delivery.timeout.ms", 10_000);
    settings.put("request.timeout.ms", 5_000);
    settings.put("linger.ms", 0);
    settings.put("enable.auto.commit", false);
    this.commands = endpoint.topics().commands(endpoint.custodian());
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    this.consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    decoder.configure(Map.of("schema.registry.url", endpoint.registry()), false);
    List<TopicPartition> partitions =
        consumer.partitionsFor(endpoint.topics().results(endpoint.custodian())).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  public RecordMetadata send(byte @Nullable [] key, byte @Nullable [] value)
      throws ExecutionException, InterruptedException {
    return producer.send(new ProducerRecord<>(commands, key, value)).get();
  }

  /// Without waiting for the broker.
  public Future<RecordMetadata> sendAsync(byte[] key, byte[] value) {
    return producer.send(new ProducerRecord<>(commands, key, value));
  }

  /// To a partition of one's choice, so that what follows is behind it.
  public RecordMetadata send(int partition, byte @Nullable [] key, byte @Nullable [] value)
      throws ExecutionException, InterruptedException {
    return producer.send(new ProducerRecord<>(commands, partition, key, value)).get();
  }

  /// Waits for the first result of a request.
  public Seen await(String requestId, Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    while (!seen.containsKey(requestId)) {
      if (System.nanoTime() - until > 0) {
        throw new AssertionError("no result for " + requestId + " within " + patience);
      }
      poll();
    }
    return seen.get(requestId);
  }

  /// Forgets a result, so that the next delivery is seen.
  public void forget(String requestId) {
    seen.remove(requestId);
  }

  public boolean has(String requestId) {
    poll();
    return seen.containsKey(requestId);
  }

  private void poll() {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      if (decoder.deserialize(record.topic(), record.value()) instanceof Result result) {
        seen.putIfAbsent(result.getRequestId(), new Seen(result, record));
      }
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(5)));
    decoder.close();
  }
}
