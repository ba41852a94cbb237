package pqsigner.gateway.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;

/// Which failed requests an operator wants to see; a null component does not restrict.
///
/// @param since failed at or after
/// @param until failed before
public record FailedFilter(
    @Nullable ErrorCode code,
    @Nullable String custodian,
    @Nullable Instant since,
    @Nullable Instant until) {

  public static final FailedFilter ALL = new FailedFilter(null, null, null, null);

  public boolean matches(LedgerEntry entry) {
    return entry.outcome() instanceof Outcome.Failed(ErrorCode failedWith, _, Instant at)
        && (code == null || code == failedWith)
        && (custodian == null || custodian.equals(entry.custodian()))
        && (since == null || !at.isBefore(since))
        && (until == null || at.isBefore(until));
  }
}
