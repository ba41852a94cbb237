package pqsigner.image.oci;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;

/// Writes archives, hostile ones too: every name goes in as it is given.
public final class Tar {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, UTF_8.name());

  public Tar() {
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
  }

  public Tar file(String name, byte[] content) {
    return entry(name, TarConstants.LF_NORMAL, content, _ -> {});
  }

  public Tar file(String name, String content) {
    return file(name, content.getBytes(UTF_8));
  }

  public Tar folder(String name) {
    return entry(name, TarConstants.LF_DIR, new byte[0], _ -> {});
  }

  public Tar link(String name, String target) {
    return entry(name, TarConstants.LF_SYMLINK, new byte[0], e -> e.setLinkName(target));
  }

  public Tar hardLink(String name, String target) {
    return entry(name, TarConstants.LF_LINK, new byte[0], e -> e.setLinkName(target));
  }

  public Tar special(String name, byte type) {
    return entry(name, type, new byte[0], _ -> {});
  }

  public Tar entry(String name, byte type, byte[] content, Consumer<TarArchiveEntry> more) {
    TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
    entry.setModTime(0);
    entry.setSize(content.length);
    more.accept(entry);
    try {
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public byte[] bytes() {
    try {
      tar.finish();
      tar.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /// @param header where it begins
  static void fixChecksum(byte[] tar, int header) {
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += i >= 148 && i < 156 ? ' ' : tar[header + i] & 0xFF;
    }
    byte[] checksum = "%06o\0 ".formatted(sum).getBytes(UTF_8);
    System.arraycopy(checksum, 0, tar, header + 148, checksum.length);
  }

  static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GzipCompressorOutputStream gzip = new GzipCompressorOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
