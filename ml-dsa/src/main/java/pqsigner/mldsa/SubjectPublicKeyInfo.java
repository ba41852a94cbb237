package pqsigner.mldsa;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// An ML-DSA public key as X.509 `SubjectPublicKeyInfo` (RFC 9881): what most libraries import.
public final class SubjectPublicKeyInfo {

  /// Arc 2.16.840.1.101.3.4.3, ML-DSA-44 is .17, -65 is .18, -87 is .19.
  private static final byte[] OID_ARC = {
    0x06, 0x09, 0x60, (byte) 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03
  };

  private static final int SEQUENCE = 0x30;
  private static final int BIT_STRING = 0x03;
  private static final int LONG_LENGTH_2 = 0x82;

  /// Bytes before the key itself: outer sequence (4), algorithm (13), bit string (4), unused bits
  /// (1).
  private static final int PREFIX_BYTES = 22;

  private SubjectPublicKeyInfo() {}

  /// @param publicKey raw FIPS 204 encoding; its parameters are absent by RFC 9881
  public static byte[] encode(ParameterSet set, byte[] publicKey) {
    int bodyBytes = PREFIX_BYTES - 4 + publicKey.length;
    ByteBuffer der = ByteBuffer.allocate(PREFIX_BYTES + publicKey.length);
    der.put((byte) SEQUENCE).put((byte) LONG_LENGTH_2).putShort((short) bodyBytes);
    der.put((byte) SEQUENCE).put((byte) (OID_ARC.length + 1)).put(OID_ARC).put(last(set));
    der.put((byte) BIT_STRING).put((byte) LONG_LENGTH_2).putShort((short) (1 + publicKey.length));
    return der.put((byte) 0).put(publicKey).array();
  }

  /// The raw key in `der`; empty unless it is exactly what [#encode] gives.
  public static Optional<byte[]> decode(ParameterSet set, byte[] der) {
    if (der.length != PREFIX_BYTES + set.publicKeyBytes()) {
      return Optional.empty();
    }
    byte[] raw = Arrays.copyOfRange(der, PREFIX_BYTES, der.length);
    return Arrays.equals(encode(set, raw), der) ? Optional.of(raw) : Optional.empty();
  }

  /// What people and programs know a public key by: the SHA-256 of its [#encode], in lower-case
  /// hex.
  public static String fingerprint(ParameterSet set, byte[] publicKey) {
    try {
      byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(encode(set, publicKey));
      return HexFormat.of().formatHex(sha256);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte last(ParameterSet set) {
    return switch (set) {
      case ML_DSA_44 -> 17;
      case ML_DSA_65 -> 18;
      case ML_DSA_87 -> 19;
    };
  }
}
