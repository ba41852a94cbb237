package pqsigner.image.oci;

import java.nio.file.Path;

/// A container image and the digest by which it is known.
///
/// @param archive an OCI image layout in a tar file, which may hold other images too
/// @param digest of the image's manifest: `sha256:` and 64 lower-case hexadecimal digits
public record PinnedImage(Path archive, String digest) {

  public PinnedImage {
    if (!Descriptor.isDigest(digest)) {
      throw new IllegalArgumentException(
          "an image's digest is sha256: and 64 lower-case hexadecimal digits");
    }
  }
}
