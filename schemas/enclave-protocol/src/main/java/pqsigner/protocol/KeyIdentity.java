package pqsigner.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Which key: what the KMS encryption context, the AES-GCM additional data and the birth
/// attestation bind.
///
/// @param algorithm FIPS 204 parameter set by name: ML-DSA-44, ML-DSA-65 or ML-DSA-87
/// @param version from 1
public record KeyIdentity(String custodian, String userId, String algorithm, int version) {
  public KeyIdentity {
    require(custodian, 1, 63, "custodian");
    require(userId, 1, Limits.TEXT_BYTES_MAX, "userId");
    require(algorithm, 1, 16, "algorithm");
    if (version < 1 || version > 0xFFFF) {
      throw new IllegalArgumentException("version is not in 1..65535");
    }
  }

  /// An unpaired surrogate would be written as `?` and so name somebody else's key.
  static void require(String text, int min, int max, String name) {
    if (!UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException(name + " is not Unicode");
    }
    int bytes = text.getBytes(UTF_8).length;
    if (bytes < min || bytes > max) {
      throw new IllegalArgumentException(name + " is not " + min + " to " + max + " bytes");
    }
  }

  static KeyIdentity read(BodyReader in) throws ProtocolException {
    try {
      return new KeyIdentity(in.text(63), in.text(Limits.TEXT_BYTES_MAX), in.text(16), in.u16());
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(String.valueOf(e.getMessage()));
    }
  }

  void write(BodyWriter out) {
    out.text(custodian).text(userId).text(algorithm).u16(version);
  }
}
