package pqsigner.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// How long to pause before an attempt: doubled each time, and half of it by chance, so that
/// callers whom one outage turned away do not come back all at once.
///
/// @param first before the second attempt, at most
/// @param longest the most for any attempt
public record Backoff(Duration first, Duration longest) {
  /// From 200 milliseconds to 10 seconds.
  public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

  /// 2^30 of the shortest first pause is longer than any patience.
  private static final int DOUBLINGS_LIMIT = 30;

  /// @throws IllegalArgumentException unless 0 < first <= longest
  public Backoff {
    if (!first.isPositive() || first.compareTo(longest) > 0) {
      throw new IllegalArgumentException("a pause is positive and at most the longest");
    }
  }

  /// @param attempts how many there were, at least 1
  Duration pause(int attempts) {
    Duration full = first;
    for (int n = 1; n < Math.min(attempts, DOUBLINGS_LIMIT) && full.compareTo(longest) < 0; n++) {
      full = full.multipliedBy(2);
    }
    long nanos = Math.min(full.toNanos(), longest.toNanos());
    return Duration.ofNanos(nanos - ThreadLocalRandom.current().nextLong(nanos / 2 + 1));
  }
}
