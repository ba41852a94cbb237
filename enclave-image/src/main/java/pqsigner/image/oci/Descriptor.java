package pqsigner.image.oci;

import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// How one file of an image names another.
///
/// @param digest `sha256:` and 64 lower-case hexadecimal digits
record Descriptor(String mediaType, String digest, long size) {
  private static final String DIGEST = "sha256:[0-9a-f]{64}";

  static boolean isDigest(String text) {
    return text.matches(DIGEST);
  }

  static Descriptor of(OciJson json) throws RefusedException {
    String digest = json.text("digest");
    if (!isDigest(digest)) {
      // sha512 is allowed by the format; nothing in use writes it.
      throw new RefusedException(Reason.OCI_UNSUPPORTED, "not a SHA-256: " + quoted(digest));
    }
    return new Descriptor(json.text("mediaType"), digest, json.size("size"));
  }

  boolean isIndex() {
    return mediaType.equals("application/vnd.oci.image.index.v1+json")
        || mediaType.equals("application/vnd.docker.distribution.manifest.list.v2+json");
  }

  boolean isManifest() {
    return mediaType.equals("application/vnd.oci.image.manifest.v1+json")
        || mediaType.equals("application/vnd.docker.distribution.manifest.v2+json");
  }

  boolean isConfiguration() {
    return mediaType.equals("application/vnd.oci.image.config.v1+json")
        || mediaType.equals("application/vnd.docker.container.image.v1+json");
  }

  /// Text of an archive in a message: short, and without what a terminal would obey.
  static String quoted(String text) {
    String plain = text.replaceAll("[^\\x20-\\x7E]", "?");
    return plain.length() > 200 ? plain.substring(0, 200) + "…" : plain;
  }
}
