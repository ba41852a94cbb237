package pqsigner.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pqsigner.image.input.InputFiles;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;
import pqsigner.image.rootfs.Jar;

/// The enclave as the build left it.
///
/// @param version from the jar's manifest
public record EnclaveModule(String version, Path jar, List<Path> classPath, Path jvmOptions) {
  private static final int CLASS_PATH_BYTES_MAX = 1 << 20;

  public EnclaveModule {
    classPath = List.copyOf(classPath);
  }

  /// @param folder the module's, with `target` and `src` in it
  public static EnclaveModule in(Path folder) throws RefusedException {
    Path target = folder.resolve("target");
    Path jar = target.resolve("enclave.jar");
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

  private static String version(Path jar) throws RefusedException {
    try (JarFile file = new JarFile(jar.toFile())) {
      @Nullable Manifest manifest = file.getManifest();
      @Nullable String version =
          manifest == null
              ? null
              : manifest.getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION);
      if (version == null) {
        throw new RefusedException(Reason.INPUT_UNSUITABLE, jar + " does not state its version");
      }
      return version;
    } catch (IOException e) {
      throw new RefusedException(Reason.INPUT_UNREADABLE, "cannot read " + jar, e);
    }
  }
}
