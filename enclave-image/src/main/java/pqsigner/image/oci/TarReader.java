package pqsigner.image.oci;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/// A tar archive entry by entry, with a bound for each step. The format itself is the library's
/// matter; forms that two readers may read differently are refused.
final class TarReader implements AutoCloseable {

  private static final int BUFFER_BYTES = 10 * 1024;
  private static final int RECORD_BYTES = 512;

  private final Limits limits;
  private final MeteredInput metered;
  private final TarArchiveInputStream tar;

  /// @param digest gets every byte of the archive
  /// @param bytesMax of the whole archive
  TarReader(InputStream in, MessageDigest digest, long bytesMax, Limits limits) {
    this.limits = limits;
    this.metered = new MeteredInput(in, digest, bytesMax);
    this.tar = new TarArchiveInputStream(metered, UTF_8.name());
  }

  /// The one before must have been read to its end.
  ///
  /// @return null at the archive's end
  @Nullable TarArchiveEntry next() throws IOException {
    metered.allow(limits.headerBytes());
    TarArchiveEntry entry;
    try {
      entry = tar.getNextEntry();
    } catch (IllegalArgumentException e) {
      throw new IOException("not a header of tar", e); // the library lets a few of these through
    }
    if (entry == null) {
      return null;
    }
    boolean file = isFile(entry);
    if (entry.isSparse() || entry.getSize() < 0 || (file && entry.isDirectory())) {
      throw new IOException("neither a plain file nor a folder: " + entry.getName());
    }
    if (!file && entry.getSize() != 0) {
      throw new IOException("content where there can be none: " + entry.getName());
    }
    metered.allow(entry.getSize());
    return entry;
  }

  static boolean isFile(TarArchiveEntry entry) {
    byte type = entry.getLinkFlag();
    return type == TarConstants.LF_NORMAL
        || type == TarConstants.LF_OLDNORM
        || type == TarConstants.LF_CONTIG;
  }

  /// The current entry's content.
  ///
  /// @param to does not exist yet
  void copyTo(Path to) throws IOException {
    try (OutputStream out = Files.newOutputStream(to, StandardOpenOption.CREATE_NEW)) {
      tar.transferTo(out);
    }
  }

  void skip() throws IOException {
    tar.transferTo(OutputStream.nullOutputStream());
  }

  /// Reads on to the very end, which the digest covers too.
  ///
  /// @throws IOException when something else than zeros follows the archive, or it is no whole
  ///   number of records: the library takes a part of one for the end
  void finish() throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    metered.allow(Long.MAX_VALUE);
    for (int read = metered.read(buffer, 0, BUFFER_BYTES);
        read >= 0;
        read = metered.read(buffer, 0, BUFFER_BYTES)) {
      for (int i = 0; i < read; i++) {
        if (buffer[i] != 0) {
          throw new IOException("something follows the archive's end");
        }
      }
    }
    if (metered.bytesRead() % RECORD_BYTES != 0) {
      throw new IOException("the last record is not whole");
    }
  }

  /// Of the whole archive's bound.
  long bytesLeft() {
    return metered.bytesLeft();
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
