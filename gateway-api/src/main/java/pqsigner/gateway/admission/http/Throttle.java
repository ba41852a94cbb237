package pqsigner.gateway.admission.http;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import pqsigner.events.ErrorCode;
import pqsigner.events.Priority;
import pqsigner.gateway.fairness.InFlight;
import pqsigner.gateway.http.HttpAnswers.TooEarly;
import pqsigner.gateway.ledger.Backlog;
import pqsigner.gateway.ledger.RequestKey;

/// Who is told to come back later, and when. A request that is known already is never: its answer
/// costs nothing that the others wait for.
final class Throttle {

  /// A few sweeps later, which is when it is known whether the backlog has shrunk.
  private static final Duration BEHIND_RETRY_AFTER = Duration.ofSeconds(5);

  private static final Duration IN_FLIGHT_RETRY_AFTER = Duration.ofSeconds(1);

  private final InFlight inFlight;
  private final Backlog backlog;
  private final Duration pendingAgeMax;

  Throttle(InFlight inFlight, Backlog backlog, HttpSettings limits) {
    this.inFlight = inFlight;
    this.backlog = backlog;
    this.pendingAgeMax = limits.pendingAgeMax();
  }

  /// Takes a place in flight if there is one.
  ///
  /// @param known asked only when the request would be turned away
  Entrance enter(RequestKey request, BooleanSupplier known) {
    if (backlog.oldestAge().compareTo(pendingAgeMax) > 0 && !known.getAsBoolean()) {
      return new Entrance.Closed(
          new TooEarly(
              ErrorCode.OVERLOADED, "too far behind to take more requests", BEHIND_RETRY_AFTER));
    }
    return switch (inFlight.enter(request, Priority.INTERACTIVE)) {
      case TAKEN -> new Entrance.Open(() -> inFlight.leave(request));
      case HELD -> new Entrance.Open(() -> {});
      case FULL ->
          known.getAsBoolean()
              ? new Entrance.Open(() -> {})
              : new Entrance.Closed(
                  new TooEarly(
                      ErrorCode.RATE_LIMITED,
                      "more requests without a result than agreed",
                      IN_FLIGHT_RETRY_AFTER));
    };
  }

  /// What a request finds.
  sealed interface Entrance {

    /// @param leave for a request that turns out not to be in flight
    record Open(Runnable leave) implements Entrance {}

    record Closed(TooEarly answer) implements Entrance {}
  }
}
