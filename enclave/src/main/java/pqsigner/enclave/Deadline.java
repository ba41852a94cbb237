package pqsigner.enclave;

import java.time.Duration;

/// The moment by which a whole call must be over, carried through every hop. Monotonic, so that no
/// change of the clock moves it.
public record Deadline(long nanoTime) {

  public static Deadline in(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos());
  }

  /// Zero or negative once it has passed.
  public Duration remaining() {
    return Duration.ofNanos(nanoTime - System.nanoTime());
  }

  public boolean passed() {
    return !remaining().isPositive();
  }

  public Deadline orIn(Duration duration) {
    Deadline other = in(duration);
    return nanoTime - other.nanoTime < 0 ? this : other;
  }
}
