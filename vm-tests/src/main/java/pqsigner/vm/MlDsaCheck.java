package pqsigner.vm;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Map;

/// Verifies with the JDK's own ML-DSA, which the enclave does not use.
final class MlDsaCheck {
  /// AlgorithmIdentifier without parameters; the last byte of the OID is the parameter set.
  private static final byte[] ALGORITHM = HexFormat.of().parseHex("300b0609608648016503040300");

  private static final Map<String, Integer> LAST =
      Map.of("ML-DSA-44", 0x11, "ML-DSA-65", 0x12, "ML-DSA-87", 0x13);

  private MlDsaCheck() {}

  static boolean verifies(String algorithm, byte[] publicKey, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(key(algorithm, publicKey));
    verifier.update(message);
    return verifier.verify(signature);
  }

  private static PublicKey key(String algorithm, byte[] raw) throws GeneralSecurityException {
    byte[] identifier = ALGORITHM.clone();
    identifier[identifier.length - 1] = LAST.getOrDefault(algorithm, 0).byteValue();
    int bits = 1 + raw.length;
    byte[] spki =
        ByteBuffer.allocate(4 + identifier.length + 4 + bits)
            .putShort((short) 0x3082)
            .putShort((short) (identifier.length + 4 + bits))
            .put(identifier)
            .putShort((short) 0x0382)
            .putShort((short) bits)
            .put((byte) 0)
            .put(raw)
            .array();
    return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(spki));
  }
}
