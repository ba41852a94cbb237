package pqsigner.gateway.ledger;

import java.time.Duration;
import java.time.Instant;

/// How long the ledger waits and keeps.
///
/// @param requeueAfter how long a row is left alone after its job was queued; longer means a later
///   answer after a crash
/// @param requeueMax longest time between two looks at a row that stays pending
/// @param resultRetention how long a finished request answers with its result; afterwards the
///   request is unknown and its id is burnt
/// @param digestRetention how long a finished id stays burnt; the store may delete the row then
public record LedgerPolicy(
    Duration requeueAfter,
    Duration requeueMax,
    Duration resultRetention,
    Duration digestRetention) {

  private static final int DOUBLINGS_MAX = 20;

  public LedgerPolicy {
    if (requeueAfter.compareTo(Duration.ofMillis(100)) < 0) {
      throw new IllegalArgumentException("requeue-after must be at least 100ms");
    }
    if (requeueMax.compareTo(requeueAfter) < 0) {
      throw new IllegalArgumentException("requeue-max must not be below requeue-after");
    }
    if (resultRetention.compareTo(Duration.ofHours(1)) < 0) {
      throw new IllegalArgumentException("result retention must be at least 1h");
    }
    if (digestRetention.compareTo(resultRetention) < 0) {
      throw new IllegalArgumentException("the digest must outlive the result");
    }
  }

  /// How long to wait before a job is queued once more: doubles each time, up to `requeueMax`.
  public Duration backOff(int requeues) {
    Duration doubled = requeueAfter.multipliedBy(1L << Math.min(requeues, DOUBLINGS_MAX));
    return doubled.compareTo(requeueMax) > 0 ? requeueMax : doubled;
  }

  public boolean retained(LedgerEntry entry, Instant now) {
    Outcome outcome = entry.outcome();
    return !entry.finished() || outcome == null || now.isBefore(outcome.at().plus(resultRetention));
  }

  public Instant deletableAt(Outcome outcome) {
    return outcome.at().plus(digestRetention);
  }
}
