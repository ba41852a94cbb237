package pqsigner.deploy.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The Dockerfiles, and the folder that they are built from.
public final class Images {

  /// The repository's top.
  public static final Path CONTEXT = Path.of("..").toAbsolutePath().normalize();

  private Images() {}

  static List<Dockerfile> all() {
    try (Stream<Path> files = Files.list(CONTEXT.resolve("deploy/images"))) {
      return files
          .filter(f -> f.toString().endsWith(".Dockerfile"))
          .sorted()
          .map(Dockerfile::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @param dockerfile as a compose file names it, from the context
  public static Dockerfile at(String dockerfile) {
    return Dockerfile.read(CONTEXT.resolve(dockerfile));
  }
}
