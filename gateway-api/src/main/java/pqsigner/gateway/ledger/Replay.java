package pqsigner.gateway.ledger;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// One line of a request's audit trail: who put it back to work, when, and with which new deadline.
///
/// @param extendedDeadline the deadline that holds since then, when an operator moved it
public record Replay(By by, Instant at, @Nullable Instant extendedDeadline) {

  /// Who put it back to work.
  public sealed interface By {

    record Operator(String name) implements By {}

    /// The custodian whose request it is, by repeating it.
    record Owner() implements By {}
  }

  public Replay {
    at = at.truncatedTo(ChronoUnit.MILLIS);
    extendedDeadline =
        extendedDeadline == null ? null : extendedDeadline.truncatedTo(ChronoUnit.MILLIS);
  }

  public static Replay byOperator(String name, Instant at, @Nullable Instant extendedDeadline) {
    return new Replay(new By.Operator(name), at, extendedDeadline);
  }

  public static Replay byOwner(Instant at) {
    return new Replay(new By.Owner(), at, null);
  }
}
