package pqsigner.events;

import java.util.Arrays;
import java.util.Optional;

/// The ML-DSA parameter sets of FIPS 204, section 4, by their names in the contract.
public enum Algorithm {
  ML_DSA_44("ML-DSA-44"),
  ML_DSA_65("ML-DSA-65"),
  ML_DSA_87("ML-DSA-87");

  private final String label;

  Algorithm(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  public static Optional<Algorithm> of(String label) {
    return Arrays.stream(values()).filter(a -> a.label.equals(label)).findFirst();
  }
}
