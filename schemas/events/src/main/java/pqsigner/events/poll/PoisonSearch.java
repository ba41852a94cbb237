package pqsigner.events.poll;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Reads a partition record by record, with a consumer of its own, to find out which record a poll
/// failed at.
final class PoisonSearch {

  private static final Duration STEP = Duration.ofSeconds(1);
  private static final int STEPS_MAX = 10;

  private final Consumer<byte[], byte[]> probe;
  private final int window;

  /// @param probe without a group, of one record for each poll
  /// @param window most records to look at: those of one poll
  PoisonSearch(Consumer<byte[], byte[]> probe, int window) {
    this.probe = probe;
    this.window = window;
  }

  sealed interface Finding {

    /// These can be read, and the record at `next` cannot.
    record Behind(List<ConsumerRecord<byte[], byte[]>> records, long next) implements Finding {}

    /// From `first` on, none before `next` can be read.
    record Poison(long first, long next, Throwable cause) implements Finding {}

    /// Everything there can be read.
    record Nothing() implements Finding {}
  }

  Finding search(TopicPartition partition, long from) {
    probe.assign(List.of(partition));
    probe.seek(partition, from);
    long end = probe.endOffsets(List.of(partition)).getOrDefault(partition, from);
    List<ConsumerRecord<byte[], byte[]>> good = new ArrayList<>();
    for (int looked = 0, waited = 0; looked < window && position(partition) < end; looked++) {
      long at = position(partition);
      try {
        List<ConsumerRecord<byte[], byte[]>> read = probe.poll(STEP).records(partition);
        good.addAll(read);
        if (read.isEmpty() && position(partition) == at && ++waited == STEPS_MAX) {
          return new Finding.Nothing();
        }
      } catch (OutOfMemoryError | KafkaException e) {
        if (!GuardedConsumer.mayBePoison(e)) {
          throw e;
        }
        return good.isEmpty() ? run(partition, at, end, e) : new Finding.Behind(good, at);
      }
    }
    return new Finding.Nothing();
  }

  /// Poison rarely comes alone: what follows is looked at too, and a poll is not failed for each.
  private Finding run(TopicPartition partition, long first, long end, Throwable cause) {
    long next = first + 1;
    probe.seek(partition, next);
    while (next < Math.min(end, first + window)) {
      try {
        if (!probe.poll(STEP).isEmpty()) {
          break;
        }
      } catch (OutOfMemoryError | KafkaException e) {
        if (!GuardedConsumer.mayBePoison(e)) {
          break;
        }
        next++;
        probe.seek(partition, next);
        continue;
      }
      break;
    }
    return new Finding.Poison(first, next, cause);
  }

  private long position(TopicPartition partition) {
    return probe.position(partition);
  }
}
