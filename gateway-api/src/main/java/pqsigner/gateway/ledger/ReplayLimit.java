package pqsigner.gateway.ledger;

import org.jspecify.annotations.Nullable;
import pqsigner.events.Retry;

/// How many times a failed request may be put back to work, by its owner and by operators together,
/// and so what its owner can do about a failure.
///
/// @param replaysMax at least 1
public record ReplayLimit(int replaysMax) {

  public boolean isReached(LedgerEntry entry) {
    return entry.progress().replays() >= replaysMax;
  }

  /// What helps the owner of a recorded request; null when it is pending or has its result.
  public @Nullable Retry retry(LedgerEntry entry) {
    return switch (entry.outcome()) {
      case Outcome.Refused refused -> refused.code().retry().onceRecorded();
      case Outcome.Expired expired -> expired.code().retry().onceRecorded();
      case Outcome.Failed _ -> isReached(entry) ? Retry.NEW_REQUEST_ID : Retry.SAME_REQUEST_ID;
      case Outcome.Signed _, Outcome.Generated _ -> null;
      case null -> null;
    };
  }
}
