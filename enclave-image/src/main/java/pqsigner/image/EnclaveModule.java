package pqsigner.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import pqsigner.image.input.InputFiles;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;
import pqsigner.image.rootfs.EnclaveJar;
import pqsigner.image.rootfs.Jar;

/// The enclave as the build left it.
///
/// @param version from the jar's name
public record EnclaveModule(String version, Path jar, List<Path> classPath, Path jvmOptions) {
  private static final int CLASS_PATH_BYTES_MAX = 1 << 20;

  public EnclaveModule {
    classPath = List.copyOf(classPath);
  }

  /// @param folder the module's, with `target` and `src` in it
  public static EnclaveModule in(Path folder) throws RefusedException {
    Path target = folder.resolve("target");
    Path jar = onlyJar(target);
    byte[] classPath = InputFiles.read(target.resolve("runtime.classpath"), CLASS_PATH_BYTES_MAX);
    return new EnclaveModule(
        version(jar),
        jar,
        Arrays.stream(new String(classPath, UTF_8).strip().split(File.pathSeparator, -1))
            .map(Path::of)
            .toList(),
        folder.resolve("src/main/jvm/enclave.jvmopts"));
  }

  List<Jar> jars() {
    return Stream.concat(classPath.stream(), Stream.of(jar)).map(Jar::of).toList();
  }

  private static Path onlyJar(Path target) throws RefusedException {
    List<Path> jars;
    try (Stream<Path> files = Files.list(target)) {
      jars = files.filter(file -> !version(file).isEmpty()).toList();
    } catch (IOException e) {
      throw new RefusedException(Reason.INPUT_UNREADABLE, "cannot list " + target, e);
    }
    if (jars.size() != 1) {
      throw new RefusedException(
          Reason.INPUT_UNREADABLE, target + " has not one enclave jar but " + jars.size());
    }
    return jars.getFirst();
  }

  private static String version(Path file) {
    return EnclaveJar.version(String.valueOf(file.getFileName())).orElse("");
  }
}
