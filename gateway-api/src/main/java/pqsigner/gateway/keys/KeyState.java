package pqsigner.gateway.keys;

/// Whether a version of a key signs.
///
/// @param epoch how many times the state has changed. A request is signed only in the epoch in
///   which it was accepted: what was accepted before a disabling stays unsigned when the key is
///   enabled again
public record KeyState(boolean enabled, int epoch) {

  /// As every key is born.
  public static final KeyState BORN = new KeyState(true, 0);

  public static final String ENABLED = "ENABLED";
  public static final String DISABLED = "DISABLED";

  /// The state's name in the contract.
  public String label() {
    return label(enabled);
  }

  public static String label(boolean enabled) {
    return enabled ? ENABLED : DISABLED;
  }

  public KeyState changedTo(boolean enable) {
    return enable == enabled ? this : new KeyState(enable, epoch + 1);
  }
}
