package pqsigner.image.rootfs;

import java.nio.file.Path;
import java.util.List;

/// What of the enclave is neither kernel nor configuration.
///
/// @param version of the enclave
/// @param jars the enclave's jar and its runtime class path, in any order
/// @param jvmOptions the file of options that the enclave's boot checks insist on
/// @param libraries C library and loader
public record EnclaveParts(
    String version,
    JavaRuntime runtime,
    List<Jar> jars,
    Path jvmOptions,
    List<NativeLibrary> libraries) {

  public EnclaveParts {
    jars = List.copyOf(jars);
    libraries = List.copyOf(libraries);
  }
}
