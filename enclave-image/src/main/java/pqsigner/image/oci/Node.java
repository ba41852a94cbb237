package pqsigner.image.oci;

import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/// Something in an image's root.
sealed interface Node {

  record Folder(SortedMap<String, Node> children) implements Node {
    Folder() {
      this(new TreeMap<>());
    }
  }

  /// @param content a file of our own
  record File(Path content) implements Node {}

  /// @param target as it is written
  record Link(String target) implements Node {}

  /// A device, pipe or the like. It hides what lower layers had at its place, and nothing can be
  /// read from it: to leave it out would be to show what it hides.
  record Special() implements Node {}
}
