package pqsigner.image.oci;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import pqsigner.image.input.Input;
import pqsigner.image.input.InputFiles;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// The archive, read once from its beginning to its end: what is checked later is a copy that
/// nobody replaces meanwhile. Files that are no part of an image layout, such as Docker's
/// `manifest.json`, are passed over.
final class LayoutArchive {
  private static final String LAYOUT = "oci-layout";
  private static final String INDEX = "index.json";
  private static final String BLOBS = "blobs/sha256/";
  private static final String PARTS =
      LAYOUT + "|" + INDEX.replace(".", "\\.") + "|" + BLOBS + "[0-9a-f]{64}";

  private final Map<String, Path> parts = new HashMap<>();
  private final Limits limits;

  private LayoutArchive(Limits limits) {
    this.limits = limits;
  }

  static LayoutArchive read(Path file, Spool spool, Limits limits) throws RefusedException {
    if (!Files.isRegularFile(file)) {
      throw new RefusedException(Reason.INPUT_UNREADABLE, "not a file: " + file);
    }
    LayoutArchive archive = new LayoutArchive(limits);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
        TarReader tar = new TarReader(in, Sha256.start(), limits.archiveBytes(), limits)) {
      archive.keepParts(tar, spool);
    } catch (TooMuchException e) {
      throw new RefusedException(Reason.INPUT_TOO_LARGE, "the container image's archive", e);
    } catch (IOException e) {
      throw new RefusedException(
          Reason.OCI_MALFORMED, "not a whole tar archive: " + Descriptor.quoted("" + e), e);
    }
    String version = OciJson.parse(LAYOUT, archive.bytes(LAYOUT)).text("imageLayoutVersion");
    if (!version.equals("1.0.0")) {
      throw new RefusedException(
          Reason.OCI_UNSUPPORTED, "an image layout of version " + Descriptor.quoted(version));
    }
    return archive;
  }

  private void keepParts(TarReader tar, Spool spool) throws IOException, RefusedException {
    int entries = 0;
    for (TarArchiveEntry entry = tar.next(); entry != null; entry = tar.next()) {
      if (++entries > limits.archiveEntries()) {
        throw new RefusedException(
            Reason.INPUT_TOO_LARGE,
            "more than " + limits.archiveEntries() + " files in the archive");
      }
      String name = entry.getName().replaceFirst("^\\./", "");
      if (!TarReader.isFile(entry) || !name.matches(PARTS)) {
        tar.skip();
        continue;
      }
      Path copy = spool.next();
      if (parts.putIfAbsent(name, copy) != null) {
        throw new RefusedException(Reason.INPUT_CONFLICT, "twice in the archive: " + name);
      }
      tar.copyTo(copy);
    }
    tar.finish();
  }

  /// What the archive says it holds. Nothing vouches for it.
  OciJson index() throws RefusedException {
    return OciJson.parse(INDEX, bytes(INDEX));
  }

  /// @param what it is, for people
  OciJson json(String what, Descriptor descriptor) throws RefusedException {
    byte[] bytes = bytes(part(descriptor));
    requireSame(descriptor, bytes.length, "sha256:" + Input.sha256(bytes));
    return OciJson.parse(what, bytes);
  }

  /// @return a file with the bytes that the descriptor names
  Path blob(Descriptor descriptor) throws RefusedException {
    Path file = path(part(descriptor));
    try {
      requireSame(descriptor, Files.size(file), Sha256.of(file));
    } catch (IOException e) {
      throw new RefusedException(Reason.INPUT_UNREADABLE, "cannot read a copied blob", e);
    }
    return file;
  }

  private static void requireSame(Descriptor expected, long size, String digest)
      throws RefusedException {
    if (size != expected.size() || !digest.equals(expected.digest())) {
      throw new RefusedException(
          Reason.INPUT_MISMATCH,
          "a blob of %d bytes, %s, is not the one of %d bytes, %s"
              .formatted(size, digest, expected.size(), expected.digest()));
    }
  }

  private static String part(Descriptor descriptor) {
    return descriptor.digest().replace("sha256:", BLOBS);
  }

  private byte[] bytes(String part) throws RefusedException {
    return InputFiles.read(path(part), limits.jsonBytes());
  }

  private Path path(String part) throws RefusedException {
    Path file = parts.get(part);
    if (file == null) {
      throw new RefusedException(Reason.OCI_MALFORMED, "the archive has no " + part);
    }
    return file;
  }
}
