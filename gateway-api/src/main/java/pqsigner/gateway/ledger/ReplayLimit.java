package pqsigner.gateway.ledger;

import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;
import pqsigner.events.Retry;

/// How often a failed request may be put back to work, by its owner and by operators together; and
/// what therefore helps its owner.
///
/// @param replaysMax at least 1
public record ReplayLimit(int replaysMax) {

  public boolean isReached(LedgerEntry entry) {
    return entry.replays() >= replaysMax;
  }

  /// What helps the owner of a recorded request; null when it is pending or has its result.
  public @Nullable Retry retry(LedgerEntry entry) {
    return switch (entry.outcome()) {
      case Outcome.Refused refused -> refused.code().retry().onceRecorded();
      case Outcome.Expired _ -> ErrorCode.DEADLINE_EXCEEDED.retry().onceRecorded();
      case Outcome.Failed _ -> isReached(entry) ? Retry.NEW_REQUEST_ID : Retry.SAME_REQUEST_ID;
      case Outcome.Signed _, Outcome.Generated _ -> null;
      case null -> null;
    };
  }
}
