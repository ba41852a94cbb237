package pqsigner.image.input;

import java.nio.file.Path;
import java.util.Locale;
import pqsigner.image.input.RefusedException.Reason;

/// A file that this project does not make, and the hash by which it is known. Kernel, init and
/// command line decide as much as our own code does, so none of them is taken on trust in a path.
///
/// @param sha256 64 hexadecimal digits
public record PinnedFile(Path file, String sha256) {
  private static final String SHA256 = "[0-9a-f]{64}";

  public PinnedFile {
    sha256 = sha256.toLowerCase(Locale.ROOT);
    if (!sha256.matches(SHA256)) {
      throw new IllegalArgumentException("a SHA-256 must have 64 hexadecimal digits");
    }
  }

  public byte[] read(int bytesMax) throws RefusedException {
    byte[] content = InputFiles.read(file, bytesMax);
    String actual = Input.sha256(content);
    if (!actual.equals(sha256)) {
      throw new RefusedException(
          Reason.INPUT_MISMATCH, file + " has SHA-256 " + actual + ", not " + sha256);
    }
    return content;
  }
}
