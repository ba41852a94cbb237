package pqsigner.local.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Files and folders that nobody else may open, from the moment they exist.
public final class OwnerOnly {

  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  private OwnerOnly() {}

  /// Makes the folder (and narrows one that is there already).
  public static Path directory(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      Files.setPosixFilePermissions(directory, FOLDER);
      return directory;
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    return Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(FOLDER));
  }

  /// In the form of `java.util.Properties`, sorted by key.
  public static Path writeProperties(Path file, Map<String, String> properties) throws IOException {
    return write(file, properties(properties));
  }

  /// The text that [#writeProperties] writes.
  public static String properties(Map<String, String> properties) {
    return new TreeMap<>(properties)
        .entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue().replace("\\", "\\\\"))
            .collect(Collectors.joining("\n", "", "\n"));
  }

  public static Path write(Path file, String content) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(file, PosixFilePermissions.asFileAttribute(FILE));
    return Files.writeString(file, content, StandardCharsets.UTF_8, StandardOpenOption.WRITE);
  }
}
