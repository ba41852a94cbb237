package pqsigner.gateway.results;

import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.waiting.PendingReplies;

/// Lets a recorded outcome out: to the HTTP callers who wait here, and to the results topic if the
/// request was asked over Kafka. Called only with what the ledger handed out, and as often as it is
/// found there.
public final class Release {

  private final PendingReplies waiting;
  private final KafkaResultPublisher results;

  public Release(PendingReplies waiting, KafkaResultPublisher results) {
    this.waiting = waiting;
    this.results = results;
  }

  /// Returns when the results topic has it.
  public void release(LedgerEntry entry) {
    waiting.completed(entry);
    if (entry.finished() && entry.origin() == Origin.KAFKA) {
      results.publish(entry);
    }
  }
}
