package pqsigner.image.rootfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import pqsigner.enclave.boot.FreedMemory;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.InputFiles;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// The second ramdisk: everything that PCR2 covers. See the package description for its layout.
///
/// @param listen address on which the enclave serves its parent
public record EnclaveFiles(EnclaveParts parts, MeasuredConfiguration configuration, String listen) {

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
    if (!listen.matches("vsock:(any|[0-9]{1,10}):[0-9]{1,10}")) {
      throw new IllegalArgumentException("an enclave has no other network than vsock: " + listen);
    }
  }

  public FileTree tree() throws RefusedException {
    List<Jar> jars = parts.jars().stream().sorted(Comparator.comparing(Jar::name)).toList();
    requireEachClassOnce(jars);
    FileTree tree = new FileTree();
    for (String mountPoint : MOUNT_POINTS) {
      tree.folder(ROOT + "/" + mountPoint);
    }
    tree.folder(ROOT + NATIVE);
    parts.runtime().addTo(tree, ROOT + JAVA);
    for (Jar jar : jars) {
      tree.file(ROOT + inImage(jar), InputFiles.read(jar.file(), JAR_BYTES_MAX), false);
    }
    tree.file(ROOT + OPTIONS, InputFiles.read(parts.jvmOptions(), OPTIONS_BYTES_MAX), false);
    configuration.addTo(tree);
    addLibraries(tree);
    tree.file("cmd", lines(command(jars)), false);
    tree.file("env", lines(environment()), false);
    return tree;
  }

  /// What init starts.
  private List<String> command(List<Jar> jars) {
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

  /// What init starts it with.
  private static List<String> environment() {
    return FreedMemory.environment().entrySet().stream()
        .map(variable -> variable.getKey() + "=" + variable.getValue())
        .sorted()
        .toList();
  }

  private void addLibraries(FileTree tree) throws RefusedException {
    Architecture architecture = parts.runtime().architecture();
    for (NativeLibrary library : parts.libraries()) {
      byte[] content = InputFiles.read(library.source(), LIBRARY_BYTES_MAX);
      if (Architecture.ofElf(content).orElse(null) != architecture) {
        throw new RefusedException(
            Reason.INPUT_UNSUITABLE,
            library.target() + " is not an ELF file for " + architecture.label());
      }
      // All of them, because one is the loader, which the kernel executes.
      tree.file(ROOT + library.target(), content, true);
    }
  }

  /// The class path is sorted by name, so that no order of resolution shows in the image; that is
  /// safe as long as no order could make a difference.
  private static void requireEachClassOnce(List<Jar> jars) throws RefusedException {
    Map<String, Jar> owners = new HashMap<>();
    for (Jar jar : jars) {
      for (String name : classes(jar)) {
        Jar other = owners.putIfAbsent(name, jar);
        if (other != null) {
          throw new RefusedException(
              Reason.INPUT_CONFLICT, name + " is in " + other.name() + " and in " + jar.name());
        }
      }
    }
  }

  private static List<String> classes(Jar jar) throws RefusedException {
    try (JarFile file = new JarFile(jar.file().toFile(), false)) {
      List<String> names = new ArrayList<>();
      file.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.endsWith(".class"))
          .filter(name -> !name.startsWith("META-INF/") && !name.equals("module-info.class"))
          .forEach(names::add);
      return names;
    } catch (IOException e) {
      throw new RefusedException(Reason.INPUT_UNREADABLE, "not a jar: " + jar.name(), e);
    }
  }

  private static String inImage(Jar jar) {
    return HOME + "/lib/" + jar.name();
  }

  private static byte[] lines(List<String> lines) {
    return (String.join("\n", lines) + "\n").getBytes(UTF_8);
  }
}
