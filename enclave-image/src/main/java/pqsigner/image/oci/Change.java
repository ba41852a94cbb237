package pqsigner.image.oci;

import java.util.List;

/// One entry of a layer. Paths are names one below the other, without dots among them.
sealed interface Change {

  /// At the path is this from now on.
  record Put(List<String> path, Node node) implements Change {}

  /// At the path is the same as at another path, which is another name of the image and never one
  /// of this machine.
  record HardLink(List<String> path, List<String> target) implements Change {}

  /// Lower layers had something at the path, which is gone.
  record Remove(List<String> path) implements Change {}

  /// What lower layers had in the folder is gone.
  record Clear(List<String> folder) implements Change {}
}
