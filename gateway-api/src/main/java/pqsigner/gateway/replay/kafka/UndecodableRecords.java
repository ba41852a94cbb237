package pqsigner.gateway.replay.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.Sha2;
import pqsigner.events.EventHeaders;
import pqsigner.events.avro.SigningJob;
import pqsigner.gateway.kafka.AvroValues;
import pqsigner.gateway.kafka.UndecodableValueException;
import pqsigner.gateway.queue.QueueUnavailableException;

/// Reads the dead letters that belong to no request. No row in the ledger tells of them, so the
/// topic itself is read, from its end: as many records as [#SCAN_LIMIT] says and for as long as
/// [#SCAN_TIME], by one operator at a time.
public final class UndecodableRecords {

  static final int SCAN_LIMIT = 5_000;
  static final Duration SCAN_TIME = Duration.ofSeconds(10);

  private static final Duration POLL = Duration.ofMillis(500);
  private static final int HEAD_BYTES = 16;

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final String topic;
  private final AvroValues values;

  /// @param connection consumer configuration with addresses and TLS
  /// @param topic of the dead letters
  public UndecodableRecords(Map<String, Object> connection, String topic, AvroValues values) {
    Map<String, Object> config = new HashMap<>(connection);
    config.put("enable.auto.commit", false);
    config.put("allow.auto.create.topics", false);
    config.put("client.id", "undecodable");
    config.remove("group.id");
    this(
        () -> new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
        topic,
        values);
  }

  UndecodableRecords(
      Supplier<Consumer<byte[], byte[]>> consumers, String topic, AvroValues values) {
    this.consumers = consumers;
    this.topic = topic;
    this.values = values;
  }

  /// Without its bytes: 5,000 of 512 KiB would be more than the heap.
  ///
  /// @param at when the dead letter was written
  private record Letter(long at, UndecodableRecord record) {}

  /// The latest ones first.
  ///
  /// @throws QueueUnavailableException when the broker or the schema registry does not answer
  public synchronized List<UndecodableRecord> list(int limit) {
    return scan().stream()
        .sorted(Comparator.comparingLong(Letter::at).reversed())
        .map(Letter::record)
        .limit(limit)
        .toList();
  }

  /// By where the record was found, not by where its dead letter lies.
  ///
  /// @throws QueueUnavailableException when the broker or the schema registry does not answer
  public synchronized Optional<UndecodableRecord> find(String origin, int partition, long offset) {
    return scan().stream()
        .map(Letter::record)
        .filter(
            record ->
                record.topic().equals(origin)
                    && record.partition() == partition
                    && record.offset() == offset)
        .findFirst();
  }

  private List<Letter> scan() {
    List<Letter> letters = new ArrayList<>();
    long until = System.nanoTime() + SCAN_TIME.toNanos();
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      Map<TopicPartition, Long> ends = seek(consumer);
      while (!ends.isEmpty() && System.nanoTime() - until < 0) {
        for (ConsumerRecord<byte[], byte[]> letter : consumer.poll(POLL)) {
          if (isNoJob(letter)) {
            letters.add(new Letter(letter.timestamp(), described(letter)));
          }
        }
        ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
      }
    } catch (KafkaException e) {
      throw new QueueUnavailableException("the dead letters cannot be read", e);
    }
    return letters;
  }

  /// To as far before the ends as there may be records of interest.
  ///
  /// @return the ends of the partitions that hold any
  private Map<TopicPartition, Long> seek(Consumer<byte[], byte[]> consumer) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic, SCAN_TIME).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, SCAN_TIME);
    Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions, SCAN_TIME));
    long share = Math.max(1, SCAN_LIMIT / Math.max(1, partitions.size()));
    ends.entrySet().removeIf(end -> end.getValue() <= begins.getOrDefault(end.getKey(), 0L));
    consumer.assign(ends.keySet());
    ends.forEach(
        (partition, end) ->
            consumer.seek(partition, Math.max(begins.getOrDefault(partition, 0L), end - share)));
    return ends;
  }

  private boolean isNoJob(ConsumerRecord<byte[], byte[]> letter) {
    try {
      var _ = values.decode(letter.topic(), letter.value(), SigningJob.class);
      return false;
    } catch (UndecodableValueException e) {
      return true;
    }
  }

  private static UndecodableRecord described(ConsumerRecord<byte[], byte[]> letter) {
    Headers headers = letter.headers();
    byte[] value = letter.value() == null ? new byte[0] : letter.value();
    return new UndecodableRecord(
        EventHeaders.text(headers, EventHeaders.ORIGIN_TOPIC).orElse(letter.topic()),
        (int) LetterHeaders.number(headers, EventHeaders.ORIGIN_PARTITION, letter.partition()),
        LetterHeaders.number(headers, EventHeaders.ORIGIN_OFFSET, letter.offset()),
        LetterHeaders.time(headers, EventHeaders.FIRST_SEEN),
        text(headers, EventHeaders.CODE),
        text(headers, EventHeaders.REASON),
        text(headers, EventHeaders.BUILD),
        value.length,
        HexFormat.of().formatHex(Sha2.sha256(value)),
        HexFormat.of().formatHex(value, 0, Math.min(HEAD_BYTES, value.length)));
  }

  private static @Nullable String text(Headers headers, String name) {
    return EventHeaders.text(headers, name).orElse(null);
  }
}
