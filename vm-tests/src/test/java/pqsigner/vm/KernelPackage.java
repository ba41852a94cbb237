package pqsigner.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Debian's cloud kernel, unpacked from its package and never installed. Kept for the next run.
///
/// @param image to boot
/// @param modules folder with the drivers
record KernelPackage(Path image, Path modules) {
  private static final String META_PACKAGE = "linux-image-cloud-amd64";
  private static final Pattern DEPENDS = Pattern.compile("Depends: (linux-image-[0-9]\\S+)");
  private static final Duration DOWNLOAD = Duration.ofMinutes(3);

  static KernelPackage in(Path folder) throws IOException, InterruptedException {
    Path unpacked = folder.resolve("unpacked");
    if (!Files.isDirectory(unpacked)) {
      Files.createDirectories(folder);
      fetch(folder);
    }
    Path image = only(unpacked.resolve("boot"), "vmlinuz-");
    String release = image.getFileName().toString().substring("vmlinuz-".length());
    Path lib = Files.isDirectory(unpacked.resolve("lib")) ? Path.of("lib") : Path.of("usr/lib");
    return new KernelPackage(
        image, unpacked.resolve(lib).resolve("modules").resolve(release).resolve("kernel"));
  }

  private static void fetch(Path folder) throws IOException, InterruptedException {
    String depends =
        Commands.run(
            folder, DOWNLOAD, List.of("apt-cache", "depends", "--important", META_PACKAGE));
    Matcher name = DEPENDS.matcher(depends);
    if (!name.find()) {
      throw new IOException(
          "no kernel behind " + META_PACKAGE + "; run apt-get update: " + depends);
    }
    Commands.run(folder, DOWNLOAD, List.of("apt-get", "download", name.group(1)));
    Path part = folder.resolve("unpacked.part");
    String archive = only(folder, name.group(1)).toString();
    Commands.run(folder, DOWNLOAD, List.of("dpkg-deb", "-x", archive, part.toString()));
    Files.move(part, folder.resolve("unpacked"));
  }

  /// A module's driver file, unpacked to `target` where the package has it packed.
  void copyModule(String name, Path target) throws IOException, InterruptedException {
    Path plain = modules.resolve(name + ".ko");
    Path packed = modules.resolve(name + ".ko.xz");
    Path file = target.resolve(plain.getFileName());
    if (Files.exists(plain)) {
      Files.copy(plain, file);
      return;
    }
    Path copy = Files.copy(packed, target.resolve(packed.getFileName()));
    Commands.run(target, Duration.ofSeconds(30), List.of("xz", "-d", copy.toString()));
  }

  private static Path only(Path folder, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .findFirst()
          .orElseThrow(() -> new IOException("no " + prefix + " in " + folder));
    }
  }
}
