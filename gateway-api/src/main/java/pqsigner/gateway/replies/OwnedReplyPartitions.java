package pqsigner.gateway.replies;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import pqsigner.gateway.queue.JobQueue;
import pqsigner.gateway.waiting.ReplyAddress;

/// The partitions of the replies topic that this gateway reads now. A job of an HTTP caller asks to
/// be answered on one of them, so that the gateway that records the reply is the one whose caller
/// waits. After a rebalance that is only a wish: the new owner records the reply, and the waiter
/// finds it in the ledger.
public final class OwnedReplyPartitions implements ConsumerRebalanceListener, ReplyAddress {

  private final TreeSet<Integer> owned = new TreeSet<>();
  private final AtomicInteger turn = new AtomicInteger();
  private volatile List<Integer> snapshot = List.of();

  @Override
  public int ownedPartition() {
    List<Integer> now = snapshot;
    return now.isEmpty()
        ? JobQueue.ANY_PARTITION
        : now.get(Math.floorMod(turn.getAndIncrement(), now.size()));
  }

  public int size() {
    return snapshot.size();
  }

  @Override
  public synchronized void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    partitions.forEach(p -> owned.add(p.partition()));
    snapshot = List.copyOf(owned);
  }

  @Override
  public synchronized void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    partitions.forEach(p -> owned.remove(p.partition()));
    snapshot = List.copyOf(owned);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    onPartitionsRevoked(partitions);
  }
}
