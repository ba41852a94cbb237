package pqsigner.attestation;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The JDK's digests without their checked exception.
public final class Sha2 {
  private Sha2() {}

  public static byte[] sha256(byte[] data) {
    return sha256().digest(data);
  }

  public static MessageDigest sha256() {
    return digest("SHA-256");
  }

  public static MessageDigest sha384() {
    return digest("SHA-384");
  }

  private static MessageDigest digest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + name, e);
    }
  }
}
