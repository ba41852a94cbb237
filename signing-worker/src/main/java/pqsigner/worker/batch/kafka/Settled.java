package pqsigner.worker.batch.kafka;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// Records of a batch in hand whose outcome is already published, so that a batch that is given
/// again after a failure asks only for the rest. Emptied with each finished batch, so it never
/// holds more than one batch for each consumer thread.
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

  void revoked(Collection<TopicPartition> partitions) {
    offsets.keySet().removeAll(partitions);
  }

  int size() {
    return offsets.values().stream().mapToInt(Set::size).sum();
  }

  private static TopicPartition partition(ConsumerRecord<?, ?> message) {
    return new TopicPartition(message.topic(), message.partition());
  }
}
