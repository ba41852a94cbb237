package pqsigner.image.rootfs;

import java.nio.file.Path;

/// A file of the C library, such as its loader, and where the loader looks for it in the enclave.
///
/// @param source followed if it is a link
/// @param target absolute path in the enclave
public record NativeLibrary(Path source, String target) {

  public NativeLibrary {
    if (!target.startsWith("/") || target.length() < 2) {
      throw new IllegalArgumentException("a library's path must be absolute: " + target);
    }
  }

  /// `FILE`, which keeps its absolute path, or `FILE=PATH`.
  public static NativeLibrary parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      Path source = Path.of(text).toAbsolutePath().normalize();
      return new NativeLibrary(source, source.toString());
    }
    return new NativeLibrary(Path.of(text.substring(0, equals)), text.substring(equals + 1));
  }
}
