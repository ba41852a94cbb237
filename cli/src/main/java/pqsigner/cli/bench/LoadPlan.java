package pqsigner.cli.bench;

import java.time.Duration;

/// How load is made.
///
/// A closed loop keeps `concurrency` requests in flight and measures what the stack can do; it is
/// blind to what callers would have felt while it was slow. An open loop starts `ratePerSecond`
/// requests a second whatever happens, and counts latency from when each was due.
///
/// @param ratePerSecond 0 for a closed loop
/// @param concurrency requests in flight; for an open loop the bound beyond which requests are shed
public record LoadPlan(Duration warmUp, Duration measured, int concurrency, double ratePerSecond) {

  /// Far beyond what a healthy open loop has in flight; bounds memory when the stack stops.
  static final int OPEN_LOOP_IN_FLIGHT_MAX = 4096;

  public LoadPlan {
    if (concurrency < 1 || concurrency > OPEN_LOOP_IN_FLIGHT_MAX) {
      throw new IllegalArgumentException("concurrency is not 1 to " + OPEN_LOOP_IN_FLIGHT_MAX);
    }
    if (ratePerSecond < 0 || ratePerSecond > 1_000_000) {
      throw new IllegalArgumentException("rate is not 0 to 1,000,000 per second");
    }
  }

  boolean open() {
    return ratePerSecond > 0;
  }

  int inFlightMax() {
    return open() ? OPEN_LOOP_IN_FLIGHT_MAX : concurrency;
  }

  /// When the n-th request of an open loop is due, in nanoseconds after the start.
  long dueNanos(long n) {
    return (long) (n * (1_000_000_000L / ratePerSecond));
  }
}
