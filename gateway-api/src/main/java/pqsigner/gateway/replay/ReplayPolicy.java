package pqsigner.gateway.replay;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.ReplayLimit;
import pqsigner.gateway.ledger.RequestState;

/// Whether a request may be replayed; pure.
public final class ReplayPolicy {

  private final ReplayLimit limit;

  public ReplayPolicy(ReplayLimit limit) {
    this.limit = limit;
  }

  /// What may be done.
  public sealed interface Verdict {

    /// @param newDeadline null leaves the deadline as it is
    record Allowed(@Nullable Instant newDeadline) implements Verdict {}

    record Denied(ReplayAction why) implements Verdict {}
  }

  /// A deadline is moved only where it stands in the way, and never to an earlier time.
  public Verdict judge(LedgerEntry entry, Instant now, @Nullable Instant extendDeadline) {
    if (entry.finished()) {
      return new Verdict.Denied(ReplayAction.FINISHED);
    }
    if (entry.state() == RequestState.ACCEPTED) {
      return new Verdict.Denied(ReplayAction.PENDING);
    }
    if (limit.isReached(entry)) {
      return new Verdict.Denied(ReplayAction.REPLAY_LIMIT);
    }
    if (!entry.request().pastDeadline(now)) {
      return new Verdict.Allowed(null);
    }
    return extendDeadline == null || !extendDeadline.isAfter(now)
        ? new Verdict.Denied(ReplayAction.PAST_DEADLINE)
        : new Verdict.Allowed(extendDeadline);
  }
}
