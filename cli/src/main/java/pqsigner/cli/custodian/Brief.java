package pqsigner.cli.custodian;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Short forms for people.
final class Brief {
  private Brief() {}

  static String since(long startNanos) {
    return (System.nanoTime() - startNanos) / 1_000_000 + " ms";
  }

  /// The first 16 hex digits of the SHA-256.
  static String fingerprint(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
