package pqsigner.gateway.keys;

import pqsigner.events.Algorithm;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.SubjectPublicKeyInfo;

/// A registered public key as callers get it beside the raw one.
public final class PublicKeySpki {

  private PublicKeySpki() {}

  /// @param publicKey raw FIPS 204 encoding
  public static byte[] encode(Algorithm algorithm, byte[] publicKey) {
    return SubjectPublicKeyInfo.encode(
        ParameterSet.named(algorithm.label()).orElseThrow(), publicKey);
  }
}
