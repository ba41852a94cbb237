package pqsigner.local.kms;

import java.util.Set;

/// What should go wrong on purpose.
///
/// @param throttledUsers values of the encryption context's `user_id` whose calls are throttled
/// @param throttleNext how many of the next calls are throttled, whosever they are
/// @param delayMillis before each answer
public record Faults(
    Set<String> throttledUsers, int throttleNext, Outage outage, long delayMillis) {

  public enum Outage {
    NONE,
    /// HTTP 503.
    UNAVAILABLE,
    /// The connection is closed without an answer.
    CLOSED
  }

  public static final Faults NONE = new Faults(Set.of(), 0, Outage.NONE, 0);

  public Faults {
    throttledUsers = Set.copyOf(throttledUsers);
    if (throttleNext < 0 || delayMillis < 0) {
      throw new IllegalArgumentException("negative");
    }
  }

  Faults withThrottleNext(int next) {
    return new Faults(throttledUsers, next, outage, delayMillis);
  }
}
