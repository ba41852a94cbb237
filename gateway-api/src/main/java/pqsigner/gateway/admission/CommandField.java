package pqsigner.gateway.admission;

import java.util.Arrays;
import java.util.Optional;

/// The fields of a command, by their names in the contract. Both edges read whatever is listed here
/// and refuse everything else; what a field means is decided by [CommandRules].
public enum CommandField {
  REQUEST_TYPE("request_type", Kind.TEXT),
  REQUEST_ID("request_id", Kind.TEXT),
  USER_ID("user_id", Kind.TEXT),
  ALG("alg", Kind.TEXT),
  KEY_VERSION("key_version", Kind.NUMBER),
  MESSAGE("message", Kind.BYTES),
  MU("mu", Kind.BYTES),
  CONTEXT("context", Kind.BYTES),
  DEADLINE("deadline", Kind.TEXT);

  /// What a field holds.
  public enum Kind {
    TEXT,
    BYTES,
    NUMBER
  }

  private final String label;
  private final Kind kind;

  CommandField(String label, Kind kind) {
    this.label = label;
    this.kind = kind;
  }

  public String label() {
    return label;
  }

  public Kind kind() {
    return kind;
  }

  public static Optional<CommandField> of(String label) {
    return Arrays.stream(values()).filter(field -> field.label.equals(label)).findFirst();
  }
}
