package pqsigner.gateway.queue;

import org.jspecify.annotations.Nullable;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.LedgerEntry;

/// Remembers what is to be signed if the reply is to come back here. Before the job is sent: the
/// reply may be faster than the broker's acknowledgement.
final class RememberingJobQueue implements JobQueue {

  private final JobQueue queue;
  private final AskedSignatures asked;

  RememberingJobQueue(JobQueue queue, AskedSignatures asked) {
    this.queue = queue;
    this.asked = asked;
  }

  @Override
  public void enqueue(LedgerEntry entry, @Nullable RegisteredKey key, int replyPartition) {
    if (key != null && replyPartition != ANY_PARTITION) {
      asked.remember(entry);
    }
    queue.enqueue(entry, key, replyPartition);
  }
}
