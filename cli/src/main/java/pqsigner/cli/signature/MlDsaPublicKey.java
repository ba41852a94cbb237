package pqsigner.cli.signature;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import pqsigner.cli.CommandFailure;
import pqsigner.events.Algorithm;

/// An ML-DSA public key by its FIPS 204 encoding, with the X.509 form around it on demand.
public record MlDsaPublicKey(Algorithm algorithm, byte[] raw) {
  /// DER of the arc 2.16.840.1.101.3.4.3, to which each parameter set adds one number (RFC 9881).
  private static final byte[] OID_ARC = HexFormat.of().parseHex("6086480165030403");

  /// Bytes of a SubjectPublicKeyInfo before the key itself: outer sequence (4), algorithm (13), bit
  /// string (4), unused bits (1).
  private static final int SPKI_PREFIX_BYTES = 22;

  public MlDsaPublicKey {
    if (raw.length != rawBytes(algorithm)) {
      throw new CommandFailure(
          "unreadable_input",
          algorithm.label() + " public keys have " + rawBytes(algorithm) + " bytes");
    }
  }

  /// Reads a raw key or a SubjectPublicKeyInfo. Their lengths never collide, so the length decides.
  ///
  /// @throws CommandFailure `unreadable_input` when it is neither
  public static MlDsaPublicKey decode(byte[] encoded) {
    for (Algorithm algorithm : Algorithm.values()) {
      if (encoded.length == rawBytes(algorithm)) {
        return new MlDsaPublicKey(algorithm, encoded.clone());
      }
      if (encoded.length == rawBytes(algorithm) + SPKI_PREFIX_BYTES) {
        byte[] raw = Arrays.copyOfRange(encoded, SPKI_PREFIX_BYTES, encoded.length);
        MlDsaPublicKey key = new MlDsaPublicKey(algorithm, raw);
        if (Arrays.equals(key.spki(), encoded)) {
          return key;
        }
      }
    }
    throw new CommandFailure(
        "unreadable_input", "not an ML-DSA public key, raw or SubjectPublicKeyInfo");
  }

  /// The DER that X.509 and `java.security` use.
  public byte[] spki() {
    ByteArrayOutputStream der = new ByteArrayOutputStream(SPKI_PREFIX_BYTES + raw.length);
    sequence(der, SPKI_PREFIX_BYTES - 4 + raw.length);
    der.writeBytes(new byte[] {0x30, 0x0b, 0x06, 0x09});
    der.writeBytes(OID_ARC);
    der.write(lastArc(algorithm));
    der.write(0x03);
    length(der, raw.length + 1);
    der.write(0);
    der.writeBytes(raw);
    return der.toByteArray();
  }

  private static void sequence(ByteArrayOutputStream der, int length) {
    der.write(0x30);
    length(der, length);
  }

  private static void length(ByteArrayOutputStream der, int length) {
    der.write(0x82);
    der.write(length >>> 8);
    der.write(length);
  }

  /// FIPS 204, table 2.
  private static int rawBytes(Algorithm algorithm) {
    return switch (algorithm) {
      case ML_DSA_44 -> 1312;
      case ML_DSA_65 -> 1952;
      case ML_DSA_87 -> 2592;
    };
  }

  private static int lastArc(Algorithm algorithm) {
    return switch (algorithm) {
      case ML_DSA_44 -> 17;
      case ML_DSA_65 -> 18;
      case ML_DSA_87 -> 19;
    };
  }

  @Override
  public String toString() {
    return algorithm.label() + " public key";
  }
}
