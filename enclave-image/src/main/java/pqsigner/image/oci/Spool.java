package pqsigner.image.oci;

import java.nio.file.Path;

/// Names for the files that contents are kept in: numbers, whatever the contents are called.
final class Spool {
  private final Path folder;
  private int count;

  /// @param folder that nobody else writes to
  Spool(Path folder) {
    this.folder = folder;
  }

  Path next() {
    return folder.resolve("content-" + count++);
  }
}
