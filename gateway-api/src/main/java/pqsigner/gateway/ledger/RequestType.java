package pqsigner.gateway.ledger;

import java.util.Arrays;
import java.util.Optional;

/// What a request asks for, by its name in the contract.
public enum RequestType {
  KEY_GENERATION("key_generation"),
  /// The next version of a key.
  KEY_ROTATION("key_rotation"),
  SIGN("sign");

  private final String label;

  RequestType(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  /// Whether its result is a key, and not a signature.
  public boolean makesKey() {
    return this != SIGN;
  }

  /// What a worker is asked to do: to make a key is the same for each of its versions.
  public String jobLabel() {
    return makesKey() ? KEY_GENERATION.label : label;
  }

  public static Optional<RequestType> of(String label) {
    return Arrays.stream(values()).filter(t -> t.label.equals(label)).findFirst();
  }
}
