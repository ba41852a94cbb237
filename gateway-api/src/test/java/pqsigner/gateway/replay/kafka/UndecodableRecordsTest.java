package pqsigner.gateway.replay.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;
import pqsigner.gateway.kafka.AvroValues;
import pqsigner.gateway.kafka.KafkaSettings;

/// How much an operator's list holds in memory.
final class UndecodableRecordsTest {

  private static final TopicPartition PARTITION = new TopicPartition("dlq", 0);
  private static final int LETTERS = 4;
  private static final int LETTER_BYTES = 512 * 1024;

  private final List<WeakReference<byte[]>> values = new ArrayList<>();
  private final List<Long> held = new ArrayList<>();

  /// Takes nothing for a record.
  public static final class Nothing implements Deserializer<SpecificRecord> {
    @Override
    public SpecificRecord deserialize(String topic, byte[] data) {
      throw new SerializationException("not Avro");
    }
  }

  @Test
  void aLetterIsDescribedAndItsBytesLetGoBeforeTheNextIsRead() {
    List<UndecodableRecord> records =
        new UndecodableRecords(this::consumer, PARTITION.topic(), values()).list(10);

    assertThat(records).extracting(UndecodableRecord::offset).containsExactly(3L, 2L, 1L, 0L);
    assertThat(records).extracting(UndecodableRecord::bytes).containsOnly(LETTER_BYTES);
    assertThat(held).as("letters in memory at each poll").hasSize(LETTERS).containsOnly(0L);
  }

  private MockConsumer<byte[], byte[]> consumer() {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    consumer.updatePartitions(
        PARTITION.topic(),
        List.of(new PartitionInfo(PARTITION.topic(), 0, Node.noNode(), new Node[0], new Node[0])));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, (long) LETTERS));
    for (int offset = 0; offset < LETTERS; offset++) {
      int at = offset;
      consumer.schedulePollTask(() -> consumer.addRecord(letter(at)));
    }
    return consumer;
  }

  private ConsumerRecord<byte[], byte[]> letter(int offset) {
    System.gc();
    held.add(values.stream().filter(value -> value.get() != null).count());
    byte[] value = new byte[LETTER_BYTES];
    values.add(new WeakReference<>(value));
    return new ConsumerRecord<>(
        PARTITION.topic(),
        PARTITION.partition(),
        offset,
        offset,
        TimestampType.CREATE_TIME,
        0,
        LETTER_BYTES,
        new byte[0],
        value,
        new RecordHeaders(),
        Optional.empty());
  }

  private static AvroValues values() {
    return new AvroValues(
        new KafkaSettings(
            "pq-signer.",
            "",
            Nothing.class.getName(),
            Map.of("schema.registry.url", "http://registry"),
            false,
            1,
            1,
            1,
            1,
            1,
            1,
            1,
            1,
            Duration.ofSeconds(5)));
  }
}
