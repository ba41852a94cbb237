package pqsigner.local.kms;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What should go wrong on purpose.
///
/// @param throttledUsers values of the encryption context's `user_id` whose calls are throttled
/// @param deniedUsers the same, for calls that the policy denies
/// @param throttleNext how many of the next calls are throttled, whosever they are
/// @param refusal AWS's name of the error that every call ends with; null for none
/// @param delayMillis before each answer
public record Faults(
    Set<String> throttledUsers,
    Set<String> deniedUsers,
    int throttleNext,
    @Nullable String refusal,
    Outage outage,
    long delayMillis) {

  public enum Outage {
    NONE,
    /// HTTP 503.
    UNAVAILABLE,
    /// The connection is closed without an answer.
    CLOSED
  }

  public static final Faults NONE = new Faults(Set.of(), Set.of(), 0, null, Outage.NONE, 0);

  public Faults {
    throttledUsers = Set.copyOf(throttledUsers);
    deniedUsers = Set.copyOf(deniedUsers);
    if (throttleNext < 0 || delayMillis < 0) {
      throw new IllegalArgumentException("negative");
    }
    if (refusal != null) {
      var _ = KmsError.Type.named(refusal);
    }
  }

  Faults throttlingUser(String user) {
    Set<String> users = with(throttledUsers, user);
    return new Faults(users, deniedUsers, throttleNext, refusal, outage, delayMillis);
  }

  Faults denyingUser(String user) {
    Set<String> users = with(deniedUsers, user);
    return new Faults(throttledUsers, users, throttleNext, refusal, outage, delayMillis);
  }

  Faults withThrottleNext(int next) {
    return new Faults(throttledUsers, deniedUsers, next, refusal, outage, delayMillis);
  }

  Faults withRefusal(String code) {
    return new Faults(throttledUsers, deniedUsers, throttleNext, code, outage, delayMillis);
  }

  Faults withOutage(Outage other) {
    return new Faults(throttledUsers, deniedUsers, throttleNext, refusal, other, delayMillis);
  }

  Faults withDelayMillis(long millis) {
    return new Faults(throttledUsers, deniedUsers, throttleNext, refusal, outage, millis);
  }

  private static Set<String> with(Set<String> users, String one) {
    Set<String> more = new HashSet<>(users);
    more.add(one);
    return more;
  }
}
