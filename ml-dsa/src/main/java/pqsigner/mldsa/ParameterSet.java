package pqsigner.mldsa;

import java.util.Optional;

/// A FIPS 204 parameter set and the sizes of its encodings (FIPS 204, table 2).
public enum ParameterSet {
  ML_DSA_44("ML-DSA-44", 1312, 2420),
  ML_DSA_65("ML-DSA-65", 1952, 3309),
  ML_DSA_87("ML-DSA-87", 2592, 4627);

  /// Every parameter set expands its key from a seed of 32 bytes.
  public static final int SEED_BYTES = 32;

  private final String algorithm;
  private final int publicKeyBytes;
  private final int signatureBytes;

  ParameterSet(String algorithm, int publicKeyBytes, int signatureBytes) {
    this.algorithm = algorithm;
    this.publicKeyBytes = publicKeyBytes;
    this.signatureBytes = signatureBytes;
  }

  public static Optional<ParameterSet> named(String algorithm) {
    for (ParameterSet set : values()) {
      if (set.algorithm.equals(algorithm)) {
        return Optional.of(set);
      }
    }
    return Optional.empty();
  }

  public String algorithm() {
    return algorithm;
  }

  public int publicKeyBytes() {
    return publicKeyBytes;
  }

  public int signatureBytes() {
    return signatureBytes;
  }
}
