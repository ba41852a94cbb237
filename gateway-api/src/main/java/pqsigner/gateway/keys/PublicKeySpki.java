package pqsigner.gateway.keys;

import java.nio.ByteBuffer;
import pqsigner.events.Algorithm;

/// An ML-DSA public key as X.509 `SubjectPublicKeyInfo` (RFC 9881): what most libraries import.
public final class PublicKeySpki {

  /// Arc 2.16.840.1.101.3.4.3, ML-DSA-44 is .17, -65 is .18, -87 is .19.
  private static final byte[] OID_ARC = {
    0x06, 0x09, 0x60, (byte) 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03
  };

  private static final int SEQUENCE = 0x30;
  private static final int BIT_STRING = 0x03;
  private static final int LONG_LENGTH_2 = 0x82;

  private PublicKeySpki() {}

  /// @param publicKey raw FIPS 204 encoding; its parameters are absent by RFC 9881
  public static byte[] encode(Algorithm algorithm, byte[] publicKey) {
    int algorithmBytes = 2 + OID_ARC.length + 1;
    int bitStringBytes = 1 + publicKey.length;
    int bodyBytes = algorithmBytes + 4 + bitStringBytes;
    ByteBuffer der = ByteBuffer.allocate(4 + bodyBytes);
    der.put((byte) SEQUENCE).put((byte) LONG_LENGTH_2).putShort((short) bodyBytes);
    der.put((byte) SEQUENCE).put((byte) (OID_ARC.length + 1)).put(OID_ARC).put(last(algorithm));
    der.put((byte) BIT_STRING).put((byte) LONG_LENGTH_2).putShort((short) bitStringBytes);
    return der.put((byte) 0).put(publicKey).array();
  }

  private static byte last(Algorithm algorithm) {
    return switch (algorithm) {
      case ML_DSA_44 -> 17;
      case ML_DSA_65 -> 18;
      case ML_DSA_87 -> 19;
    };
  }
}
