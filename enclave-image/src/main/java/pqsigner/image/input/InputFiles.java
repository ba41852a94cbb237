package pqsigner.image.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import pqsigner.image.input.RefusedException.Reason;

/// Reads files whole and bounded. Each is read once: what was hashed is what goes in.
public final class InputFiles {
  private InputFiles() {}

  public static byte[] read(Path file, int bytesMax) throws RefusedException {
    if (!Files.isRegularFile(file)) {
      throw new RefusedException(Reason.INPUT_UNREADABLE, "not a file: " + file);
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(bytesMax);
      if (in.read() >= 0) {
        throw new RefusedException(
            Reason.INPUT_TOO_LARGE, file + " has more than " + bytesMax + " bytes");
      }
      return content;
    } catch (IOException e) {
      throw new RefusedException(Reason.INPUT_UNREADABLE, "cannot read " + file, e);
    }
  }
}
