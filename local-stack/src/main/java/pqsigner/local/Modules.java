package pqsigner.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pqsigner.local.process.LaunchException;
import pqsigner.local.process.ParentWatch;

/// Where the build left each module's code and the class path it runs with.
public final class Modules {

  /// Names the checkout; without it, it is looked for above this class's own place.
  public static final String HOME_PROPERTY = "pqsigner.home";

  private final Path root;

  private Modules(Path root) {
    this.root = root;
  }

  public static Modules find() {
    String home = System.getProperty(HOME_PROPERTY);
    return new Modules(home != null ? Path.of(home).toAbsolutePath() : above(ownCode()));
  }

  public Path root() {
    return root;
  }

  /// The module's own jar, or its classes where there is no jar yet.
  public Path code(String module) {
    Path jar = target(module).resolve(Path.of(module).getFileName() + ".jar");
    return Files.isRegularFile(jar) ? jar : existing(target(module).resolve("classes"));
  }

  /// The module's own code first, then all it depends on.
  public List<Path> classPath(String module) {
    List<Path> path = new ArrayList<>();
    path.add(code(module));
    try {
      String rest = Files.readString(existing(target(module).resolve("runtime.classpath"))).strip();
      Stream.of(rest.split(":")).filter(p -> !p.isEmpty()).map(Path::of).forEach(path::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(path);
  }

  /// The jar with nothing but [ParentWatch], or this module's classes where it is not made yet.
  public Path parentWatch() {
    Path jar = target("local-stack").resolve("local-stack-parent-watch.jar");
    return Files.isRegularFile(jar) ? jar : code("local-stack");
  }

  /// The flags the enclave runs with in its image too, one a line.
  public List<String> enclaveJvmOptions() {
    Path file = existing(root.resolve("enclave/src/main/jvm/enclave.jvmopts"));
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path target(String module) {
    return root.resolve(module).resolve("target");
  }

  private static Path existing(Path path) {
    if (!Files.exists(path)) {
      throw new LaunchException("not built: " + path + " (run: ./mvnw package)");
    }
    return path;
  }

  private static Path ownCode() {
    try {
      return Path.of(ParentWatch.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path above(Path start) {
    for (@Nullable Path p = start; p != null; p = p.getParent()) {
      if (isRoot(p)) {
        return p;
      }
    }
    // The class came from a local repository: the tests of another module run inside the checkout.
    for (@Nullable Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      if (isRoot(p)) {
        return p;
      }
    }
    throw new LaunchException("no checkout found; set -D" + HOME_PROPERTY);
  }

  private static boolean isRoot(Path directory) {
    return Files.isRegularFile(directory.resolve("local-stack/pom.xml"))
        && Files.isRegularFile(directory.resolve("pom.xml"));
  }
}
