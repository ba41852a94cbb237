package pqsigner.gateway.ledger;

import java.time.Duration;
import java.time.Instant;

/// How long the ledger waits and keeps.
///
/// @param requeueAfter how long a fresh row is left alone before a sweeper doubts its job; shorter
///   means more jobs produced twice under load, longer means a later answer after a crash
/// @param resultRetention how long a finished request answers with its result; afterwards the
///   request is unknown and its id is burnt
/// @param digestRetention how long a finished id stays burnt; the store may delete the row then
public record LedgerPolicy(
    Duration requeueAfter, Duration resultRetention, Duration digestRetention) {

  public LedgerPolicy {
    if (requeueAfter.compareTo(Duration.ofMillis(100)) < 0) {
      throw new IllegalArgumentException("requeue-after must be at least 100ms");
    }
    if (resultRetention.compareTo(Duration.ofHours(1)) < 0) {
      throw new IllegalArgumentException("result retention must be at least 1h");
    }
    if (digestRetention.compareTo(resultRetention) < 0) {
      throw new IllegalArgumentException("the digest must outlive the result");
    }
  }

  public boolean retained(LedgerEntry entry, Instant now) {
    Outcome outcome = entry.outcome();
    return !entry.finished() || outcome == null || now.isBefore(outcome.at().plus(resultRetention));
  }

  public Instant deletableAt(Outcome outcome) {
    return outcome.at().plus(digestRetention);
  }
}
