package pqsigner.gateway.admission;

import java.util.Arrays;
import java.util.Optional;

/// The fields of a command, by their names in the contract. Both edges read whatever is listed here
/// and refuse everything else; what a field means is decided by [CommandRules].
public enum CommandField {
  REQUEST_TYPE("request_type", false),
  REQUEST_ID("request_id", false),
  USER_ID("user_id", false),
  ALG("alg", false),
  MESSAGE("message", true),
  MU("mu", true),
  CONTEXT("context", true),
  DEADLINE("deadline", false);

  private final String label;
  private final boolean bytes;

  CommandField(String label, boolean bytes) {
    this.label = label;
    this.bytes = bytes;
  }

  public String label() {
    return label;
  }

  /// Whether it holds bytes, and not text.
  public boolean isBytes() {
    return bytes;
  }

  public static Optional<CommandField> of(String label) {
    return Arrays.stream(values()).filter(field -> field.label.equals(label)).findFirst();
  }
}
