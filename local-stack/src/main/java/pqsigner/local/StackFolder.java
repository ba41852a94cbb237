package pqsigner.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pqsigner.local.pki.OwnerOnly;
import pqsigner.local.process.LaunchException;

/// The folder of one stack: for one stack at a time, only its owner may look inside.
final class StackFolder {

  /// The broker's data; a new stack has new topics and a new cluster id.
  static final String BROKER_DATA = "broker-log";

  private static final String LOCK = "local-stack.lock";

  private final Path path;
  private final boolean temporary;
  private final FileChannel lock;

  private StackFolder(Path path, boolean temporary, FileChannel lock) {
    this.path = path;
    this.temporary = temporary;
    this.lock = lock;
  }

  /// @param given null for a temporary one
  /// @throws LaunchException when another stack uses it
  static StackFolder open(@Nullable Path given) throws IOException {
    Path path =
        given == null
            ? Files.createTempDirectory("pq-signer-")
            : OwnerOnly.directory(given.toAbsolutePath().normalize());
    var lock =
        FileChannel.open(
            path.resolve(LOCK),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    if (!acquired(lock)) {
      lock.close();
      throw new LaunchException("another local stack runs in " + path);
    }
    var folder = new StackFolder(path, given == null, lock);
    folder.deleteRemains();
    return folder;
  }

  Path path() {
    return path;
  }

  /// Frees it for the next stack, and deletes it if it was temporary.
  void release(boolean keep) {
    try {
      if (temporary && !keep) {
        deleteTree(path);
      }
      lock.close();
    } catch (IOException e) {
      System.err.println("left behind: " + path + " (" + e.getMessage() + ")");
    }
  }

  private static boolean acquired(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /// What an earlier stack left that would be taken for this one's.
  private void deleteRemains() throws IOException {
    Files.deleteIfExists(path.resolve(LocalEnv.FILE));
    deleteTree(path.resolve(BROKER_DATA));
    try (Stream<Path> files = Files.list(path)) {
      for (Path log : files.filter(f -> f.toString().endsWith(".log")).toList()) {
        if (Files.isRegularFile(log)) {
          Files.delete(log);
        }
      }
    }
  }

  private static void deleteTree(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(tree)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }
}
