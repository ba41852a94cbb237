package pqsigner.gateway.ledger;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// One line of a request's audit trail: who put it back to work, when, and with which new deadline.
///
/// @param extendedDeadline the deadline that holds since then, when the operator moved it
public record Replay(String operator, Instant at, @Nullable Instant extendedDeadline) {

  public Replay {
    at = at.truncatedTo(ChronoUnit.MILLIS);
    extendedDeadline =
        extendedDeadline == null ? null : extendedDeadline.truncatedTo(ChronoUnit.MILLIS);
  }
}
