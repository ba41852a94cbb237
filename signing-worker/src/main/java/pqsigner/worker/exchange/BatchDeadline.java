package pqsigner.worker.exchange;

import java.time.Duration;

/// The end of a batch's wait, on the monotonic clock: one moment that is carried through, not a new
/// timeout for each step.
public record BatchDeadline(long atNanos) {

  public static BatchDeadline in(Duration allowed) {
    return new BatchDeadline(System.nanoTime() + allowed.toNanos());
  }

  /// Never negative.
  public Duration remaining() {
    return remaining(System.nanoTime());
  }

  Duration remaining(long nowNanos) {
    return Duration.ofNanos(Math.max(0, atNanos - nowNanos));
  }
}
