package pqsigner.image.rootfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.InputFiles;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// A Java runtime of only the modules that the enclave uses, linked by the JDK's own tools.
///
/// @param files by their path below the runtime's folder, such as `bin/java`; what an enclave has
///   no use for is not among them
public record JavaRuntime(SortedMap<String, Path> files) {
  private static final int FILE_BYTES_MAX = 256 << 20;
  private static final int RELEASE_BYTES_MAX = 64 * 1024;

  private static final String PROGRAM = "bin/java";
  private static final String JVM = "lib/server/libjvm.so";

  /// Tools, the starter of other processes, and the machine's own certificate store, which
  /// distributions link into the JDK: the enclave trusts the roots that its configuration names,
  /// and without this file nothing can fall back to others.
  private static final Set<String> LEFT_OUT =
      Set.of(
          "bin/keytool",
          "lib/jexec",
          "lib/jspawnhelper",
          "lib/classlist",
          "lib/jrt-fs.jar",
          "lib/security/cacerts");

  public JavaRuntime {
    files = new TreeMap<>(files);
    files.keySet().removeAll(LEFT_OUT);
    files = Collections.unmodifiableSortedMap(files);
  }

  /// @param folder what jlink made
  public static JavaRuntime in(Path folder) throws RefusedException {
    SortedMap<String, Path> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      walk.filter(Files::isRegularFile)
          .forEach(
              file ->
                  files.put(
                      folder.relativize(file).toString().replace(File.separatorChar, '/'), file));
    } catch (IOException e) {
      throw new RefusedException(Reason.INPUT_UNREADABLE, "cannot list " + folder, e);
    }
    return new JavaRuntime(files);
  }

  /// Links a runtime of the modules that the jars refer to.
  ///
  /// The classes stay uncompressed, as everything in the image does, and lose their debug
  /// information. Native libraries are taken as the JDK ships them: to strip them would be to run
  /// the machine's objcopy, whose output differs between versions.
  ///
  /// @param jdk for the image's processor
  /// @param to a folder that does not exist yet
  public static JavaRuntime link(Path jdk, List<Jar> jars, Path to) throws RefusedException {
    new JdkTool(jdk, "jlink")
        .run(
            List.of(
                "--add-modules",
                modules(jdk, jars),
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                "--compress",
                "zip-0",
                "--output",
                to.toString()));
    return in(to);
  }

  /// @return names separated by commas, in the order jdeps prints them, which is sorted
  private static String modules(Path jdk, List<Jar> jars) throws RefusedException {
    List<String> paths = jars.stream().map(jar -> jar.file().toString()).sorted().toList();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-q",
                "--multi-release",
                "25",
                "--ignore-missing-deps",
                "--print-module-deps",
                "--class-path",
                String.join(File.pathSeparator, paths)));
    arguments.addAll(paths);
    String printed = new JdkTool(jdk, "jdeps").run(arguments).strip();
    if (!printed.matches("[a-z][a-z0-9.]*(,[a-z][a-z0-9.]*)*")) {
      throw new RefusedException(Reason.TOOL_FAILED, "jdeps printed no modules: " + printed);
    }
    return printed;
  }

  /// The processor that the runtime was built for.
  public Architecture architecture() throws RefusedException {
    return Architecture.ofElf(read(JVM, FILE_BYTES_MAX))
        .orElseThrow(
            () -> new RefusedException(Reason.INPUT_UNSUITABLE, JVM + " is not for an enclave"));
  }

  /// What the runtime's `release` file says of its version and modules.
  public SortedMap<String, String> versions() throws RefusedException {
    SortedMap<String, String> release = release(read("release", RELEASE_BYTES_MAX));
    SortedMap<String, String> versions = new TreeMap<>();
    versions.put("java", release.getOrDefault("JAVA_VERSION", "unknown"));
    versions.put("java.modules", release.getOrDefault("MODULES", "unknown").replace(' ', ','));
    return versions;
  }

  void addTo(FileTree tree, String to) throws RefusedException {
    for (String name : files.keySet()) {
      tree.file(to + "/" + name, read(name, FILE_BYTES_MAX), name.equals(PROGRAM));
    }
  }

  private byte[] read(String name, int bytesMax) throws RefusedException {
    Path file = files.get(name);
    if (file == null) {
      throw new RefusedException(Reason.INPUT_UNREADABLE, "the Java runtime has no " + name);
    }
    return InputFiles.read(file, bytesMax);
  }

  private static SortedMap<String, String> release(byte[] file) {
    SortedMap<String, String> values = new TreeMap<>();
    new String(file, UTF_8)
        .lines()
        .forEach(
            line -> {
              int equals = line.indexOf('=');
              if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1).replace("\"", ""));
              }
            });
    return values;
  }
}
