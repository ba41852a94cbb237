package pqsigner.load;

import java.time.Duration;

/// How load is made.
///
/// A closed loop keeps `concurrency` requests in flight and measures what the stack can do; it is
/// blind to what callers would have felt while it was slow. An open loop starts `ratePerSecond`
/// requests a second whatever happens, and counts latency from when each was due.
///
/// @param ratePerSecond 0 for a closed loop
/// @param concurrency requests in flight; for an open loop the bound beyond which requests are shed
/// @param requestLimit requests after which a loop ends, if its time has not ended before
public record LoadPlan(
    Duration warmUp, Duration measured, int concurrency, double ratePerSecond, long requestLimit) {

  /// Far beyond what a healthy open loop has in flight; bounds memory when the stack stops.
  static final int IN_FLIGHT_LIMIT = 4096;

  private static final Duration LONG_ENOUGH = Duration.ofDays(1);

  public LoadPlan {
    if (concurrency < 1 || concurrency > IN_FLIGHT_LIMIT) {
      throw new IllegalArgumentException("concurrency must be 1 to " + IN_FLIGHT_LIMIT);
    }
    if (!(ratePerSecond >= 0 && ratePerSecond <= 1_000_000)) {
      throw new IllegalArgumentException("rate must be 0 to 1,000,000 per second");
    }
  }

  public static LoadPlan closed(int concurrency, Duration warmUp, Duration measured) {
    return new LoadPlan(warmUp, measured, concurrency, 0, Long.MAX_VALUE);
  }

  public static LoadPlan open(double ratePerSecond, Duration warmUp, Duration measured) {
    return new LoadPlan(warmUp, measured, IN_FLIGHT_LIMIT, ratePerSecond, Long.MAX_VALUE);
  }

  /// A closed loop of so many requests, all measured.
  public static LoadPlan requests(int concurrency, long requests) {
    return new LoadPlan(Duration.ZERO, LONG_ENOUGH, concurrency, 0, requests);
  }

  public boolean open() {
    return ratePerSecond > 0;
  }

  /// When the n-th request of an open loop is due, in nanoseconds after the start.
  long dueNanos(long n) {
    return (long) (n * (1_000_000_000L / ratePerSecond));
  }
}
