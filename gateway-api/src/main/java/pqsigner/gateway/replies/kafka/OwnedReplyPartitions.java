package pqsigner.gateway.replies.kafka;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import pqsigner.events.Priority;
import pqsigner.events.Topics;
import pqsigner.gateway.queue.JobQueue;
import pqsigner.gateway.waiting.ReplyAddress;

/// The partitions of the replies topics that this gateway reads now. A job asks to be answered on
/// one of them, so that the gateway that records the reply is the one whose caller waits, and the
/// one that counts it as in flight. After a rebalance that is only a wish: the new owner records
/// the reply, and the waiter finds it in the ledger.
public final class OwnedReplyPartitions implements ConsumerRebalanceListener, ReplyAddress {

  private final Topics topics;
  private final Set<TopicPartition> owned = new HashSet<>();
  private final AtomicInteger turn = new AtomicInteger();
  private volatile Map<String, List<Integer>> snapshot = Map.of();

  public OwnedReplyPartitions(Topics topics) {
    this.topics = topics;
  }

  @Override
  public int ownedPartition(Priority priority) {
    List<Integer> now = snapshot.getOrDefault(topics.replies(priority), List.of());
    return now.isEmpty()
        ? JobQueue.ANY_PARTITION
        : now.get(Math.floorMod(turn.getAndIncrement(), now.size()));
  }

  public int size(Priority priority) {
    return snapshot.getOrDefault(topics.replies(priority), List.of()).size();
  }

  @Override
  public synchronized void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    owned.addAll(partitions);
    snapshot = byTopic();
  }

  @Override
  public synchronized void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    partitions.forEach(owned::remove);
    snapshot = byTopic();
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    onPartitionsRevoked(partitions);
  }

  private Map<String, List<Integer>> byTopic() {
    return owned.stream()
        .collect(
            Collectors.groupingBy(
                TopicPartition::topic,
                Collectors.mapping(TopicPartition::partition, Collectors.toUnmodifiableList())));
  }
}
