package pqsigner.protocol.transport;

import java.net.SocketTimeoutException;
import java.time.Duration;

/// The arithmetic of waiting: a bound in milliseconds, where zero means none, as sockets have it.
final class Timeout {
  private Timeout() {}

  /// Rounded up, so that only zero is zero.
  static int millis(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("negative timeout");
    }
    long millis =
        timeout.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) >= 0
            ? Integer.MAX_VALUE
            : timeout.plusNanos(999_999).toMillis();
    return (int) millis;
  }

  /// When a wait of this many milliseconds that begins now is over, by [System#nanoTime()].
  static long deadline(int millis) {
    return System.nanoTime() + millis * 1_000_000L;
  }

  /// Milliseconds until then, rounded up.
  ///
  /// @throws SocketTimeoutException when there are none left
  static int left(long deadline) throws SocketTimeoutException {
    long nanos = deadline - System.nanoTime();
    if (nanos <= 0) {
      throw new SocketTimeoutException("timed out");
    }
    return (int) Math.min(Integer.MAX_VALUE, (nanos + 999_999) / 1_000_000);
  }
}
