package pqsigner.gateway.ledger;

import java.util.Arrays;
import java.util.Optional;

/// What a request asks for, by its name in the contract.
public enum RequestType {
  KEY_GENERATION("key_generation"),
  SIGN("sign");

  private final String label;

  RequestType(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  public static Optional<RequestType> of(String label) {
    return Arrays.stream(values()).filter(t -> t.label.equals(label)).findFirst();
  }
}
