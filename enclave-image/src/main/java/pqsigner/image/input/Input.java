package pqsigner.image.input;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// What went into an image, by hash.
///
/// @param name where it is in the image, or which part of it it is; never a path of the machine
///   that built it
/// @param sha256 lower-case hex
public record Input(String name, long bytes, String sha256) {

  public static Input of(String name, byte[] content) {
    return new Input(name, content.length, sha256(content));
  }

  public static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
