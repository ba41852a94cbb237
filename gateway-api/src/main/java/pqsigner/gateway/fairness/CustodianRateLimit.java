package pqsigner.gateway.fairness;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// A token bucket for each custodian, kept as one number: the time at which the bucket would be
/// full again (generic cell rate algorithm). Requests beyond the rate are told when to come back.
///
/// Bounded: a full bucket is the same as none, so those are dropped when there are many.
public final class CustodianRateLimit {

  private static final int BUCKETS_MAX = 10_000;

  private final Function<String, AgreedLimits.Limits> limits;
  private final LongSupplier nanoTime;
  private final ConcurrentMap<String, Long> fullAt = new ConcurrentHashMap<>();

  public CustodianRateLimit(Function<String, AgreedLimits.Limits> limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  /// Zero if the request may pass, else how long to wait.
  public Duration take(String custodian) {
    AgreedLimits.Limits agreed = limits.apply(custodian);
    long nanosPerRequest = Duration.ofSeconds(1).toNanos() / agreed.requestsPerSecond();
    long burstNanos = nanosPerRequest * agreed.burst();
    long now = nanoTime.getAsLong();
    AtomicLong waitNanos = new AtomicLong();
    fullAt.compute(
        custodian,
        (_, before) -> {
          // What an earlier, slower rate would have had it wait is not owed any more.
          long full = before == null ? now : now + Math.clamp(before - now, 0, burstNanos);
          long excess = full + nanosPerRequest - now - burstNanos;
          waitNanos.set(Math.max(0, excess));
          return excess > 0 ? full : full + nanosPerRequest;
        });
    if (fullAt.size() > BUCKETS_MAX) {
      fullAt.values().removeIf(full -> full - now <= 0);
    }
    return Duration.ofNanos(waitNanos.get());
  }
}
