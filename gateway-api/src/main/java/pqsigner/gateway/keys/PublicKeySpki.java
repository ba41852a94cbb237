package pqsigner.gateway.keys;

import pqsigner.events.Algorithm;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.SubjectPublicKeyInfo;

/// A registered public key as callers get it beside the raw one. Keys are raw in FIPS 204 encoding.
public final class PublicKeySpki {

  private PublicKeySpki() {}

  public static byte[] encode(Algorithm algorithm, byte[] publicKey) {
    return SubjectPublicKeyInfo.encode(parameterSet(algorithm), publicKey);
  }

  public static String fingerprint(Algorithm algorithm, byte[] publicKey) {
    return SubjectPublicKeyInfo.fingerprint(parameterSet(algorithm), publicKey);
  }

  private static ParameterSet parameterSet(Algorithm algorithm) {
    return ParameterSet.named(algorithm.label()).orElseThrow();
  }
}
