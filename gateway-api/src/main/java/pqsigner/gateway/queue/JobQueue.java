package pqsigner.gateway.queue;

import org.jspecify.annotations.Nullable;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.LedgerEntry;

/// Hands accepted requests to the worker.
public interface JobQueue {

  /// The reply may come on any partition.
  int ANY_PARTITION = -1;

  /// Returns when the broker has the job.
  ///
  /// @param entry an `ACCEPTED` entry with its content
  /// @param key the registered key of a sign request; null for a key generation
  /// @param replyPartition partition that this gateway owns of the replies topic that belongs to
  ///   the entry's priority, or [#ANY_PARTITION]
  /// @throws QueueUnavailableException when the broker did not acknowledge in time; the job may be
  ///   there all the same, and the sweeper produces it again if not
  void enqueue(LedgerEntry entry, @Nullable RegisteredKey key, int replyPartition);
}
