package pqsigner.image.eif;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.InputFiles;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// Reads images in the one layout of the package description, ours and those of `nitro-cli`.
public final class EifReader {
  private static final int OFFSETS = 28;
  private static final int SIZES = OFFSETS + Eif.SECTIONS_MAX * Long.BYTES;
  private static final int UNUSED = SIZES + Eif.SECTIONS_MAX * Long.BYTES;

  private final byte[] file;
  private final ByteBuffer in;

  private EifReader(byte[] file) {
    this.file = file;
    this.in = ByteBuffer.wrap(file);
  }

  public static Eif read(Path file) throws RefusedException {
    return read(InputFiles.read(file, Eif.BYTES_MAX));
  }

  public static Eif read(byte[] file) throws RefusedException {
    return new EifReader(file).image();
  }

  private Eif image() throws RefusedException {
    need(Eif.HEADER_BYTES, "header");
    byte[] magic = new byte[Eif.MAGIC.length];
    in.get(magic);
    require(Arrays.equals(magic, Eif.MAGIC), "not an enclave image");
    int version = Short.toUnsignedInt(in.getShort());
    require(version == Eif.VERSION, "version " + version + ", not " + Eif.VERSION);
    int flags = Short.toUnsignedInt(in.getShort());
    require((flags & ~Eif.ARM64_FLAG) == 0, "unknown flags");
    Eif.Defaults defaults = new Eif.Defaults(in.getLong(), in.getLong());
    require(in.getShort() == 0 && in.getInt(UNUSED) == 0, "reserved bytes are not zero");
    int count = Short.toUnsignedInt(in.getShort());
    require(count <= Eif.SECTIONS_MAX, count + " sections");
    List<Section> sections = sections(count);
    requireChecksum();
    Architecture architecture =
        flags == Eif.ARM64_FLAG ? Architecture.AARCH64 : Architecture.X86_64;
    return new Eif(architecture, defaults, sections);
  }

  private List<Section> sections(int count) throws RefusedException {
    List<Section> sections = new ArrayList<>();
    in.position(Eif.HEADER_BYTES);
    for (int i = 0; i < Eif.SECTIONS_MAX; i++) {
      long offset = in.getLong(OFFSETS + i * Long.BYTES);
      long size = in.getLong(SIZES + i * Long.BYTES);
      if (i < count) {
        sections.add(section(i, offset, size));
      } else {
        require(offset == 0 && size == 0, "more sections in the tables than counted");
      }
    }
    if (in.hasRemaining()) {
      throw new RefusedException(Reason.EIF_SECTIONS, "bytes after the last section");
    }
    return sections;
  }

  private Section section(int index, long offset, long size) throws RefusedException {
    String name = "section " + index;
    if (offset != in.position()) {
      throw new RefusedException(
          Reason.EIF_SECTIONS, name + " does not begin where the one before it ends");
    }
    need(Section.HEADER_BYTES, name);
    int code = Short.toUnsignedInt(in.getShort());
    Section.Type type =
        Section.Type.of(code)
            .orElseThrow(
                () -> new RefusedException(Reason.EIF_SECTIONS, name + " is of type " + code));
    if (in.getShort() != 0 || in.getLong() != size) {
      throw new RefusedException(
          Reason.EIF_SECTIONS, name + " has other sizes in the header than at its place, or flags");
    }
    need(size, name);
    byte[] content = new byte[(int) size];
    in.get(content);
    return new Section(type, content);
  }

  private void requireChecksum() throws RefusedException {
    CRC32 checksum = new CRC32();
    checksum.update(file, 0, Eif.CHECKSUM_OFFSET);
    checksum.update(file, Eif.HEADER_BYTES, file.length - Eif.HEADER_BYTES);
    if (in.getInt(Eif.CHECKSUM_OFFSET) != (int) checksum.getValue()) {
      throw new RefusedException(Reason.EIF_CHECKSUM, "the content differs from what was written");
    }
  }

  private void need(long bytes, String what) throws RefusedException {
    if (bytes < 0 || bytes > in.remaining()) {
      throw new RefusedException(
          Reason.EIF_TRUNCATED, "no room for " + what + " in " + in.capacity() + " bytes");
    }
  }

  private static void require(boolean holds, String otherwise) throws RefusedException {
    if (!holds) {
      throw new RefusedException(Reason.EIF_HEADER, otherwise);
    }
  }
}
