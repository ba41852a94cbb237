package pqsigner.worker.batch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Whose request a job is and where its reply goes: what a reply needs besides the outcome.
///
/// @param digest SHA-256 of the canonical request, handed through for the ledger
/// @param deadline not to be signed from this time on; null when there is none
/// @param replyPartition partition of the replies topic that the asker owns, or negative for any
public record Ticket(
    String custodian,
    String requestId,
    String requestType,
    byte[] digest,
    int keyVersion,
    @Nullable Instant deadline,
    int replyPartition) {

  boolean expiredAt(Instant now) {
    return deadline != null && !now.isBefore(deadline);
  }

  long deadlineEpochMs() {
    return deadline == null ? 0 : deadline.toEpochMilli();
  }

  /// Whether this copy of a request may be signed for longer than the other.
  boolean outlives(Ticket other) {
    if (other.deadline == null) {
      return false;
    }
    return deadline == null || deadline.isAfter(other.deadline);
  }
}
