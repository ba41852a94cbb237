package pqsigner.image.oci;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;
import pqsigner.image.oci.ImageManifest.Layer;

/// Reads layers one after the other; the bounds hold for all of them together.
///
/// Gzip is the JDK's: the reader of commons-compress keeps the name in a gzip header in memory,
/// however long it is.
final class LayerReader {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private final Spool spool;
  private final Limits limits;
  private long unpackedLeft;
  private int entriesLeft;

  LayerReader(Spool spool, Limits limits) {
    this.spool = spool;
    this.limits = limits;
    this.unpackedLeft = limits.unpackedBytes();
    this.entriesLeft = limits.entries();
  }

  /// @param blob of which size and digest were checked
  List<Change> read(Path blob, Layer layer) throws RefusedException {
    MessageDigest digest = Sha256.start();
    List<Change> changes = new ArrayList<>();
    try (InputStream file = new BufferedInputStream(Files.newInputStream(blob));
        InputStream plain = layer.gzipped() ? new GZIPInputStream(file) : file;
        TarReader tar = new TarReader(plain, digest, unpackedLeft, limits)) {
      for (TarArchiveEntry entry = tar.next(); entry != null; entry = tar.next()) {
        changes.add(change(entry, tar));
      }
      tar.finish();
      unpackedLeft = tar.bytesLeft();
    } catch (TooMuchException e) {
      throw new RefusedException(
          Reason.INPUT_TOO_LARGE, "more in the container image's layers than is read", e);
    } catch (IOException e) {
      throw new RefusedException(
          Reason.OCI_MALFORMED,
          "a layer is not a whole tar archive: " + Descriptor.quoted("" + e),
          e);
    }
    String unpacked = Sha256.end(digest);
    if (!unpacked.equals(layer.diffId())) {
      throw new RefusedException(
          Reason.INPUT_MISMATCH,
          "a layer unpacks to " + unpacked + ", not " + Descriptor.quoted(layer.diffId()));
    }
    return changes;
  }

  private Change change(TarArchiveEntry entry, TarReader tar) throws IOException, RefusedException {
    if (--entriesLeft < 0) {
      throw new RefusedException(
          Reason.INPUT_TOO_LARGE, "more than " + limits.entries() + " files in the layers");
    }
    if (entry.getSize() > limits.fileBytes()) {
      throw new RefusedException(
          Reason.INPUT_TOO_LARGE,
          "more than " + limits.fileBytes() + " bytes: " + Descriptor.quoted(entry.getName()));
    }
    List<String> path = path(entry.getName());
    String name = path.isEmpty() ? "" : path.getLast();
    if (name.startsWith(WHITEOUT)) {
      return whiteout(entry, path, name);
    }
    return switch (entry.getLinkFlag()) {
      case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM, TarConstants.LF_CONTIG -> {
        Path content = spool.next();
        tar.copyTo(content);
        yield new Change.Put(path, new Node.File(content));
      }
      case TarConstants.LF_DIR -> new Change.Put(path, new Node.Folder());
      case TarConstants.LF_SYMLINK ->
          new Change.Put(path, new Node.Link(bounded(entry.getLinkName())));
      case TarConstants.LF_LINK -> new Change.HardLink(path, path(entry.getLinkName()));
      case TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO ->
          new Change.Put(path, new Node.Special());
      default ->
          throw new RefusedException(
              Reason.OCI_MALFORMED,
              "an entry of unknown type: " + Descriptor.quoted(entry.getName()));
    };
  }

  private static Change whiteout(TarArchiveEntry entry, List<String> path, String name)
      throws RefusedException {
    List<String> folder = path.subList(0, path.size() - 1);
    String removed = name.substring(WHITEOUT.length());
    if (!TarReader.isFile(entry) || entry.getSize() != 0) {
      throw malformed("a whiteout that is no empty file", entry.getName());
    }
    if (name.equals(OPAQUE)) {
      return new Change.Clear(folder);
    }
    if (removed.isEmpty()
        || removed.equals(".")
        || removed.equals("..")
        || removed.startsWith(WHITEOUT)) {
      throw malformed("a whiteout of nothing that can be", entry.getName());
    }
    List<String> all = new ArrayList<>(folder);
    all.add(removed);
    return new Change.Remove(List.copyOf(all));
  }

  /// Of an entry or a hard link's target. Builders write `a/b`, `./a/b` and `a/b/`; whoever writes
  /// `/a/b` or `a/../b` wants to be somewhere else than it seems.
  private List<String> path(String name) throws RefusedException {
    String plain = bounded(name);
    if (plain.startsWith("/") || plain.chars().anyMatch(Character::isISOControl)) {
      throw malformed("a name that leads elsewhere", name);
    }
    List<String> path = new ArrayList<>();
    String[] names = plain.split("/", -1);
    for (int i = 0; i < names.length; i++) {
      boolean last = i == names.length - 1;
      if (names[i].equals("..") || (names[i].startsWith(WHITEOUT) && !last)) {
        throw malformed("a name that leads elsewhere", name);
      }
      if (!names[i].isEmpty() && !names[i].equals(".")) {
        path.add(names[i]);
      }
    }
    return List.copyOf(path);
  }

  private String bounded(String text) throws RefusedException {
    if (text.length() > limits.pathChars()) {
      throw new RefusedException(
          Reason.INPUT_TOO_LARGE,
          "a path of more than " + limits.pathChars() + " characters: " + Descriptor.quoted(text));
    }
    return text;
  }

  private static RefusedException malformed(String detail, String name) {
    return new RefusedException(Reason.OCI_MALFORMED, detail + ": " + Descriptor.quoted(name));
  }
}
