package pqsigner.enclave.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// Public test data that lies beside the checkout. Without it a test is skipped and says so.
public final class Vectors {
  private Vectors() {}

  public static byte[] read(String path) {
    for (String up : new String[] {"../../shared/vectors", "../shared/vectors"}) {
      Path file = Path.of(up, path);
      if (Files.isReadable(file)) {
        try {
          return Files.readAllBytes(file);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return Assumptions.abort("test vectors are absent: shared/vectors/" + path);
  }
}
