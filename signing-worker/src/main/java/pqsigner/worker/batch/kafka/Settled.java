package pqsigner.worker.batch.kafka;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// Records of an unfinished batch whose outcome is already published, so that a batch that is given
/// again after a failure asks only for the rest. A finished batch empties its partitions, so this
/// never holds more than one batch for each of them. A partition that moves elsewhere stays in
/// here: the container goes on giving the batch that it already has.
final class Settled {
  private final Map<TopicPartition, Set<Long>> offsets = new ConcurrentHashMap<>();

  List<ConsumerRecord<byte[], byte[]>> without(List<ConsumerRecord<byte[], byte[]>> messages) {
    return messages.stream()
        .filter(m -> !offsets.getOrDefault(partition(m), Set.of()).contains(m.offset()))
        .toList();
  }

  void add(ConsumerRecord<?, ?> message) {
    offsets.computeIfAbsent(partition(message), _ -> new HashSet<>()).add(message.offset());
  }

  void done(List<ConsumerRecord<byte[], byte[]>> messages) {
    messages.forEach(message -> offsets.remove(partition(message)));
  }

  /// How far the partitions of a batch are settled without a gap: their first offsets that are not.
  /// Partitions whose first record is open are not in it.
  Map<TopicPartition, Long> reached(List<ConsumerRecord<byte[], byte[]>> messages) {
    Map<TopicPartition, Long> reached = new HashMap<>();
    Set<TopicPartition> open = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> message : messages) {
      TopicPartition partition = partition(message);
      if (!offsets.getOrDefault(partition, Set.of()).contains(message.offset())) {
        open.add(partition);
      } else if (!open.contains(partition)) {
        reached.put(partition, message.offset() + 1);
      }
    }
    return reached;
  }

  private static TopicPartition partition(ConsumerRecord<?, ?> message) {
    return new TopicPartition(message.topic(), message.partition());
  }
}
