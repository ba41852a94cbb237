package pqsigner.gateway.admission.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import pqsigner.events.ErrorCode;
import pqsigner.events.Priority;
import pqsigner.gateway.fairness.CustodianRateLimit;
import pqsigner.gateway.fairness.InFlight;
import pqsigner.gateway.ledger.Backlog;

/// Who is told to come back later, and when. A request that is known already is never: its answer
/// costs nothing that the others wait for.
final class Throttle {

  /// A few sweeps later, which is when it is known whether the backlog has shrunk.
  private static final Duration BEHIND_RETRY_AFTER = Duration.ofSeconds(5);

  private static final Duration IN_FLIGHT_RETRY_AFTER = Duration.ofSeconds(1);

  private final CustodianRateLimit rate;
  private final InFlight inFlight;
  private final Backlog backlog;
  private final Duration pendingAgeMax;
  private final MeterRegistry registry;

  Throttle(
      CustodianRateLimit rate,
      InFlight inFlight,
      Backlog backlog,
      HttpProperties limits,
      MeterRegistry registry) {
    this.rate = rate;
    this.inFlight = inFlight;
    this.backlog = backlog;
    this.pendingAgeMax = limits.pendingAgeMax();
    this.registry = registry;
  }

  /// An answer to give instead of doing the work.
  record TooEarly(ErrorCode code, String detail, Duration retryAfter) {}

  /// Asked first, before anything of a request is read.
  Optional<TooEarly> request(String custodian) {
    Duration tooEarlyBy = rate.take(custodian);
    return tooEarlyBy.isZero()
        ? Optional.empty()
        : Optional.of(
            turnAway(
                ErrorCode.RATE_LIMITED, "more than the agreed requests per second", tooEarlyBy));
  }

  /// Takes a place in flight if there is one.
  ///
  /// @param known asked only when the request would be turned away
  Entrance enter(String custodian, String requestId, BooleanSupplier known) {
    if (backlog.oldestAge().compareTo(pendingAgeMax) > 0 && !known.getAsBoolean()) {
      return new Entrance.Closed(
          turnAway(
              ErrorCode.OVERLOADED, "the work is too far behind to take more", BEHIND_RETRY_AFTER));
    }
    return switch (inFlight.enter(custodian, Priority.INTERACTIVE, requestId)) {
      case TAKEN -> new Entrance.Open(() -> inFlight.leave(custodian, requestId));
      case HELD -> new Entrance.Open(() -> {});
      case FULL ->
          known.getAsBoolean()
              ? new Entrance.Open(() -> {})
              : new Entrance.Closed(
                  turnAway(
                      ErrorCode.RATE_LIMITED,
                      "more than the agreed requests without a result",
                      IN_FLIGHT_RETRY_AFTER));
    };
  }

  /// What a request finds.
  sealed interface Entrance {

    /// @param leave for a request that turns out not to be in flight
    record Open(Runnable leave) implements Entrance {}

    record Closed(TooEarly answer) implements Entrance {}
  }

  private TooEarly turnAway(ErrorCode code, String detail, Duration retryAfter) {
    Counter.builder("pq.signer.http.turned.away")
        .description("Requests that were told to come back later")
        .tag("code", code.code())
        .register(registry)
        .increment();
    return new TooEarly(code, detail, retryAfter);
  }
}
