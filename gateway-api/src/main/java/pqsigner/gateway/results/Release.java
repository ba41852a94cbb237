package pqsigner.gateway.results;

import pqsigner.gateway.fairness.InFlight;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.queue.AskedSignatures;
import pqsigner.gateway.results.kafka.KafkaResultPublisher;
import pqsigner.gateway.waiting.PendingReplies;

/// Lets a recorded outcome out: to the HTTP callers who wait here, and to the results topic if the
/// request came over Kafka. Called only with what the ledger handed out, each time it does so.
public final class Release {

  private final PendingReplies waiting;
  private final KafkaResultPublisher results;
  private final InFlight inFlight;
  private final AskedSignatures asked;

  public Release(
      PendingReplies waiting,
      KafkaResultPublisher results,
      InFlight inFlight,
      AskedSignatures asked) {
    this.waiting = waiting;
    this.results = results;
    this.inFlight = inFlight;
    this.asked = asked;
  }

  /// Returns when the results topic has it.
  public void release(LedgerEntry entry) {
    waiting.completed(entry);
    if (entry.state() != RequestState.ACCEPTED) {
      inFlight.leave(entry.key());
      asked.forget(entry.key());
    }
    tell(entry);
  }

  /// Tells the results topic alone. Returns when it has it.
  public void tell(LedgerEntry entry) {
    if (entry.state() != RequestState.ACCEPTED && entry.request().origin() == Origin.KAFKA) {
      results.publish(entry);
    }
  }
}
