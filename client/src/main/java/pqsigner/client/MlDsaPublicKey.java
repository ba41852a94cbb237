package pqsigner.client;

import pqsigner.events.Algorithm;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.SubjectPublicKeyInfo;

/// An ML-DSA public key in its FIPS 204 encoding.
public record MlDsaPublicKey(Algorithm algorithm, byte[] raw) {

  public MlDsaPublicKey {
    int bytes = parameterSet(algorithm).publicKeyBytes();
    if (raw.length != bytes) {
      throw new IllegalArgumentException(
          "%s public keys have %d bytes, not %d".formatted(algorithm.label(), bytes, raw.length));
    }
  }

  /// Reads a raw key or a SubjectPublicKeyInfo. Their lengths never collide, so the length decides.
  ///
  /// @throws IllegalArgumentException when it is neither
  public static MlDsaPublicKey decode(byte[] encoded) {
    for (Algorithm algorithm : Algorithm.values()) {
      ParameterSet set = parameterSet(algorithm);
      byte[] raw =
          encoded.length == set.publicKeyBytes()
              ? encoded.clone()
              : SubjectPublicKeyInfo.decode(set, encoded).orElse(null);
      if (raw != null) {
        return new MlDsaPublicKey(algorithm, raw);
      }
    }
    throw new IllegalArgumentException("not an ML-DSA public key, raw or SubjectPublicKeyInfo");
  }

  /// The DER that X.509 and `java.security` use.
  public byte[] spki() {
    return SubjectPublicKeyInfo.encode(parameterSet(), raw);
  }

  /// The SHA-256 of [#spki()] in lower-case hex.
  public String fingerprint() {
    return SubjectPublicKeyInfo.fingerprint(parameterSet(), raw);
  }

  ParameterSet parameterSet() {
    return parameterSet(algorithm);
  }

  private static ParameterSet parameterSet(Algorithm algorithm) {
    return ParameterSet.named(algorithm.label()).orElseThrow();
  }

  @Override
  public String toString() {
    return algorithm.label() + " public key";
  }
}
