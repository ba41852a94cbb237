package pqsigner.vm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import pqsigner.enclave.boot.FreedMemory;
import pqsigner.local.Modules;

/// The machine's file system before it is packed: tools, runtime, the product's jars as they were
/// built, and the settings of this run.
final class MachineRoot {
  private static final Duration TOOL = Duration.ofMinutes(2);

  /// What the enclave needs, and beyond it what the KMS stand-in serves HTTP with.
  private static final String RUNTIME =
      "java.base,java.logging,java.management,java.naming,java.net.http,java.sql,java.xml,"
          + "java.desktop,jdk.crypto.ec,jdk.httpserver,jdk.unsupported";

  private static final List<String> DRIVERS =
      List.of(
          "net/vmw_vsock/vsock",
          "net/vmw_vsock/vmw_vsock_virtio_transport_common",
          "net/vmw_vsock/vsock_loopback",
          "fs/fuse/fuse",
          "fs/fuse/cuse");

  private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");
  private static final Pattern HELPER_LIBRARIES =
      Pattern.compile("(jackson-|bcpkix-|bcutil-|slf4j-api-).*\\.jar");

  private final Path work;
  private final Path root;
  private final Modules modules = Modules.find();

  /// @param work an empty folder
  MachineRoot(Path work) throws IOException {
    this.work = work;
    this.root = Files.createDirectories(work.resolve("root"));
  }

  Path path(String inside) {
    return root.resolve(inside.substring(1));
  }

  /// The enclave's own code first, as it runs in its image.
  List<Path> enclaveClassPath() {
    return modules.classPath("enclave");
  }

  /// Everything but the settings.
  void fill(KernelPackage kernel) throws IOException, InterruptedException {
    for (String folder : List.of("/bin", "/dev", "/proc", "/sys", "/tmp", "/app", "/opt")) {
      Files.createDirectories(path(folder));
    }
    Path drivers = Files.createDirectories(path("/lib/modules"));
    for (String driver : DRIVERS) {
      kernel.copyModule(driver, drivers);
    }
    copyBusybox();
    Path home = Path.of("").toAbsolutePath();
    Files.copy(home.resolve("src/main/vm/init"), path("/init"));
    if (!path("/init").toFile().setExecutable(true)) {
      throw new IOException("cannot make init executable");
    }
    compileDevice(home.resolve("src/main/c/nsm_device.c"));
    linkRuntime();
    copyLibraries();
    copyCode();
  }

  private void copyBusybox() throws IOException {
    Path busybox =
        Stream.of("/bin/busybox", "/usr/bin/busybox")
            .map(Path::of)
            .filter(Files::exists)
            .findFirst()
            .orElseThrow(() -> new IOException("no busybox"));
    Files.copy(busybox, path("/bin/busybox"));
    Files.createSymbolicLink(path("/bin/sh"), Path.of("busybox"));
  }

  private void compileDevice(Path source) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-o"));
    command.add(path("/app/nsm_device").toString());
    command.add(source.toString());
    String flags =
        Commands.run(work, TOOL, List.of("pkg-config", "--cflags", "--libs", "fuse3")).strip();
    command.addAll(List.of(flags.split("\\s+")));
    Commands.run(work, TOOL, command);
  }

  private void linkRuntime() throws IOException, InterruptedException {
    String jlink = Path.of(System.getProperty("java.home"), "bin", "jlink").toString();
    Commands.run(
        work,
        TOOL,
        List.of(
            jlink,
            "-J-XX:TieredStopAtLevel=1",
            "-J-XX:+UseSerialGC",
            "--add-modules",
            RUNTIME,
            "--no-header-files",
            "--no-man-pages",
            "--generate-cds-archive",
            "--output",
            path("/opt/jre").toString()));
  }

  /// What the loader would look for, at the places where it looks here.
  private void copyLibraries() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ldd"));
    command.add(path("/app/nsm_device").toString());
    command.add(path("/opt/jre/bin/java").toString());
    for (String library : List.of("server/libjvm.so", "libzip.so", "libnet.so", "libnio.so")) {
      command.add(path("/opt/jre/lib/").resolve(library).toString());
    }
    Set<Path> needed = new LinkedHashSet<>();
    Matcher found = LIBRARY.matcher(Commands.run(work, TOOL, command));
    while (found.find()) {
      needed.add(Path.of(found.group(1)));
    }
    // Conscrypt's library is in its jar, out of ldd's sight, and needs nothing else.
    for (String name : List.of("libgcc_s.so.1", "librt.so.1", "libdl.so.2", "libpthread.so.0")) {
      needed.add(Path.of("/lib/x86_64-linux-gnu").resolve(name));
    }
    for (Path library : needed) {
      if (Files.exists(library) && !library.startsWith(root)) {
        Path copy = root.resolve(Path.of("/").relativize(library));
        Files.createDirectories(copy.getParent());
        if (!Files.exists(copy)) {
          Files.copy(library.toRealPath(), copy);
        }
      }
    }
  }

  private void copyCode() throws IOException, InterruptedException {
    Files.createDirectories(path("/enclave"));
    List<String> enclave = copyJars(enclaveClassPath());
    Files.writeString(path("/app/enclave.classpath"), String.join(":", enclave));
    Files.copy(
        modules.root().resolve("enclave/src/main/jvm/enclave.jvmopts"),
        path("/enclave/enclave.jvmopts"));
    Files.write(
        path("/enclave/enclave.env"),
        FreedMemory.environment().entrySet().stream().map(Object::toString).toList());

    List<Path> more = new ArrayList<>();
    for (String module :
        List.of("local-stack", "signing-worker", "schemas/events", "attestation-verifier")) {
      more.add(modules.code(module));
    }
    modules.classPath("local-stack").stream()
        .filter(jar -> HELPER_LIBRARIES.matcher(jar.getFileName().toString()).matches())
        .forEach(more::add);
    List<String> helpers = new ArrayList<>(enclave);
    helpers.addAll(copyJars(more));
    helpers.add(copyFolder(Path.of("target/classes"), "vm-classes"));
    helpers.add(
        copyFolder(modules.target("schemas/enclave-protocol").resolve("test-classes"), "contract"));
    Files.writeString(path("/app/helper.classpath"), String.join(":", helpers));
  }

  private List<String> copyJars(List<Path> jars) throws IOException, InterruptedException {
    List<String> names = new ArrayList<>();
    for (Path jar : jars) {
      String name = "/enclave/" + jar.getFileName();
      if (Files.isDirectory(jar)) {
        throw new IOException("not built: " + jar + " (run: ./mvnw package)");
      }
      if (Files.exists(path(name))) {
        throw new IOException("two jars are called " + name);
      }
      Files.copy(jar, path(name));
      names.add(name);
    }
    return names;
  }

  private String copyFolder(Path folder, String name) throws IOException, InterruptedException {
    Path target = path("/app/" + name);
    Commands.run(
        work, TOOL, List.of("cp", "-r", folder.toAbsolutePath().toString(), target.toString()));
    return "/app/" + name;
  }

  /// @return the archive that the kernel unpacks
  Path pack() throws IOException, InterruptedException {
    Path archive = work.resolve("initramfs.cpio");
    Path list = work.resolve("initramfs.list");
    Path log = work.resolve("cpio.log");
    try (Stream<Path> tree = Files.walk(root)) {
      String names =
          tree.map(file -> "./" + root.relativize(file))
              .reduce("", (all, name) -> all + name + "\n");
      Files.writeString(list, names, UTF_8);
    }
    // Not compressed: the emulated processor would take longer to unpack it.
    String script = "cpio -o -H newc -R 0:0 --quiet < \"$1\" > \"$2\"";
    List<String> command = List.of("sh", "-c", script, "sh", list.toString(), archive.toString());
    if (Commands.run(root, TOOL, command, log) != 0) {
      throw new IOException("cpio: " + Files.readString(log));
    }
    return archive;
  }
}
