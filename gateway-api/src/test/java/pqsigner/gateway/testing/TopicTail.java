package pqsigner.gateway.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import pqsigner.events.EventHeaders;

/// Everything on some topics, from their beginning, read as somebody with a right to.
public final class TopicTail implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration STEP = Duration.ofMillis(100);

  private final Consumer<byte[], byte[]> consumer;
  private final List<ConsumerRecord<byte[], byte[]>> seen = new ArrayList<>();

  public TopicTail(Map<String, Object> settings, String... topics) {
    consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        Arrays.stream(topics)
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(p -> new TopicPartition(p.topic(), p.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /// The first record that is meant, waiting for it if need be.
  public ConsumerRecord<byte[], byte[]> await(
      String what, Predicate<ConsumerRecord<byte[], byte[]>> meant) {
    return await(what, 1, meant).getFirst();
  }

  /// So many records that are meant, waiting for them if need be.
  public List<ConsumerRecord<byte[], byte[]>> await(
      String what, int count, Predicate<ConsumerRecord<byte[], byte[]>> meant) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      List<ConsumerRecord<byte[], byte[]>> found = seen(meant);
      if (found.size() >= count) {
        return found;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError(
            "waited too long for " + what + ": " + found.size() + " of " + count);
      }
      consumer.poll(STEP).forEach(seen::add);
    }
  }

  /// Everything that is there now.
  public List<ConsumerRecord<byte[], byte[]>> toEnd() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      consumer.poll(STEP).forEach(seen::add);
    }
    return List.copyOf(seen);
  }

  /// What was read so far, without waiting.
  public List<ConsumerRecord<byte[], byte[]>> seen(
      Predicate<ConsumerRecord<byte[], byte[]>> meant) {
    return seen.stream().filter(meant).toList();
  }

  public static Predicate<ConsumerRecord<byte[], byte[]>> keyed(String key) {
    return record -> key.equals(text(record.key()).orElse(null));
  }

  public static Predicate<ConsumerRecord<byte[], byte[]>> ofRequest(String requestId) {
    return record ->
        EventHeaders.text(record.headers(), EventHeaders.CE_ID)
            .filter(requestId::equals)
            .isPresent();
  }

  public static Optional<String> text(byte @org.jspecify.annotations.Nullable [] bytes) {
    return bytes == null
        ? Optional.empty()
        : Optional.of(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
