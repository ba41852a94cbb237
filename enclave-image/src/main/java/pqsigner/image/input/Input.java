package pqsigner.image.input;

import java.util.HexFormat;
import pqsigner.attestation.Sha2;

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
    return HexFormat.of().formatHex(Sha2.sha256(content));
  }
}
