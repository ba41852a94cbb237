package pqsigner.image.rootfs;

import java.nio.file.Path;

/// A jar of the class path, whatever the file that holds its bytes is called.
///
/// @param name in the enclave, which the class path is sorted by
public record Jar(String name, Path file) {

  /// Under the name it already has.
  public static Jar of(Path file) {
    Path name = file.getFileName();
    if (name == null) {
      throw new IllegalArgumentException("not a file: " + file);
    }
    return new Jar(name.toString(), file);
  }
}
