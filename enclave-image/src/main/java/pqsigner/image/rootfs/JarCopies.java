package pqsigner.image.rootfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import pqsigner.image.input.InputFiles;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// Jars of our own, so that the runtime is linked for the bytes that go into the image: a Maven
/// build that replaces a jar meanwhile would otherwise leave an enclave without a module it needs.
public final class JarCopies {
  private static final int JAR_BYTES_MAX = 128 << 20;

  private JarCopies() {}

  /// @param to a folder that does not exist yet
  public static List<Jar> of(List<Jar> jars, Path to) throws RefusedException {
    try {
      Files.createDirectory(to);
      List<Jar> copies = new ArrayList<>();
      for (Jar jar : jars) {
        byte[] content = InputFiles.read(jar.file(), JAR_BYTES_MAX);
        Path copy = to.resolve(jar.name());
        if (Files.exists(copy)) {
          throw new RefusedException(Reason.INPUT_CONFLICT, "two jars are named " + jar.name());
        }
        Files.write(copy, content);
        copies.add(new Jar(jar.name(), copy));
      }
      return copies;
    } catch (IOException e) {
      throw new RefusedException(Reason.INPUT_UNREADABLE, "cannot copy the class path", e);
    }
  }
}
