package pqsigner.image.rootfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.InputFiles;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// The second ramdisk: everything that PCR2 covers. See the package description for its layout.
///
/// @param jars the enclave's jar and its runtime class path, in any order
/// @param jvmOptions the file of options that the enclave's boot checks insist on
/// @param listen address on which the enclave serves its parent
public record EnclaveFiles(
    JavaRuntime runtime,
    List<Path> jars,
    Path jvmOptions,
    MeasuredConfiguration configuration,
    List<NativeLibrary> libraries,
    String listen) {

  private static final String MAIN = "pqsigner.enclave.boot.EnclaveMain";
  private static final String ROOT = "rootfs";
  private static final String JAVA = "/opt/java";
  private static final String HOME = "/opt/pq-signer";
  private static final String OPTIONS = HOME + "/enclave.jvmopts";
  private static final String NATIVE = HOME + "/native";

  private static final int JAR_BYTES_MAX = 128 << 20;
  private static final int LIBRARY_BYTES_MAX = 64 << 20;
  private static final int OPTIONS_BYTES_MAX = 64 * 1024;

  /// AWS's init mounts these and stops when one is missing.
  private static final List<String> MOUNT_POINTS = List.of("dev", "proc", "run", "sys", "tmp");

  public EnclaveFiles {
    jars = jars.stream().sorted(Comparator.comparing(EnclaveFiles::name)).toList();
    libraries = List.copyOf(libraries);
    if (!listen.matches("vsock:(any|[0-9]{1,10}):[0-9]{1,10}")) {
      throw new IllegalArgumentException("an enclave has no other network than vsock: " + listen);
    }
  }

  public FileTree tree() throws RefusedException {
    requireEachClassOnce();
    FileTree tree = new FileTree();
    for (String mountPoint : MOUNT_POINTS) {
      tree.folder(ROOT + "/" + mountPoint);
    }
    tree.folder(ROOT + NATIVE);
    runtime.addTo(tree, ROOT + JAVA);
    for (Path jar : jars) {
      tree.file(ROOT + inImage(jar), InputFiles.read(jar, JAR_BYTES_MAX), false);
    }
    tree.file(ROOT + OPTIONS, InputFiles.read(jvmOptions, OPTIONS_BYTES_MAX), false);
    configuration.addTo(tree);
    addLibraries(tree);
    tree.file("cmd", lines(command()), false);
    tree.file("env", new byte[0], false);
    return tree;
  }

  /// What init starts.
  private List<String> command() {
    List<String> classPath = jars.stream().map(EnclaveFiles::inImage).toList();
    return List.of(
        JAVA + "/bin/java",
        "@" + OPTIONS,
        "-Dorg.conscrypt.native.workdir=" + NATIVE,
        "-cp",
        String.join(":", classPath),
        MAIN,
        "--config",
        MeasuredConfiguration.PATH,
        "--listen",
        listen);
  }

  private void addLibraries(FileTree tree) throws RefusedException {
    Architecture architecture = runtime.architecture();
    for (NativeLibrary library : libraries) {
      byte[] content = InputFiles.read(library.source(), LIBRARY_BYTES_MAX);
      if (Architecture.ofElf(content).orElse(null) != architecture) {
        throw new RefusedException(
            Reason.INPUT_UNSUITABLE,
            library.source() + " is not an ELF file for " + architecture.label());
      }
      // All of them, because one is the loader, which the kernel executes.
      tree.file(ROOT + library.target(), content, true);
    }
  }

  /// The class path is sorted by name, so that no order of resolution shows in the image; that is
  /// safe as long as no order could make a difference.
  private void requireEachClassOnce() throws RefusedException {
    Map<String, Path> owners = new HashMap<>();
    for (Path jar : jars) {
      for (String name : classes(jar)) {
        Path other = owners.putIfAbsent(name, jar);
        if (other != null) {
          throw new RefusedException(
              Reason.INPUT_CONFLICT, name + " is in " + name(other) + " and in " + name(jar));
        }
      }
    }
  }

  private static List<String> classes(Path jar) throws RefusedException {
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      List<String> names = new ArrayList<>();
      file.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.endsWith(".class"))
          .filter(name -> !name.startsWith("META-INF/") && !name.equals("module-info.class"))
          .forEach(names::add);
      return names;
    } catch (IOException e) {
      throw new RefusedException(Reason.INPUT_UNREADABLE, "not a jar: " + jar, e);
    }
  }

  private static String inImage(Path jar) {
    return HOME + "/lib/" + name(jar);
  }

  private static String name(Path file) {
    Path name = file.getFileName();
    if (name == null) {
      throw new IllegalArgumentException("not a file: " + file);
    }
    return name.toString();
  }

  private static byte[] lines(List<String> lines) {
    return (String.join("\n", lines) + "\n").getBytes(UTF_8);
  }
}
