package pqsigner.image.eif;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// An enclave image in memory. Bytes are the same whenever the parts are.
public final class Eif {
  static final byte[] MAGIC = ".eif".getBytes(US_ASCII);
  static final int VERSION = 4;
  static final int HEADER_BYTES = 548;
  static final int SECTIONS_MAX = 32;
  static final int CHECKSUM_OFFSET = HEADER_BYTES - Integer.BYTES;
  static final int ARM64_FLAG = 1;

  /// Of a whole image.
  static final int BYTES_MAX = 1 << 30;

  /// The kernel's own bound on x86.
  static final int COMMAND_LINE_BYTES_MAX = 2047;

  private static final int KERNEL = 0;
  private static final int COMMAND_LINE = 1;
  private static final int METADATA = 2;
  private static final int RAMDISKS = 3;

  private final Architecture architecture;
  private final Defaults defaults;
  private final List<Section> sections;

  /// What an enclave gets when whoever starts it does not say. Not measured.
  public record Defaults(long memoryBytes, long cpus) {}

  Eif(Architecture architecture, Defaults defaults, List<Section> sections)
      throws RefusedException {
    this.architecture = architecture;
    this.defaults = defaults;
    this.sections = List.copyOf(sections);
    requireLayout();
  }

  /// An unsigned image.
  ///
  /// @param metadata JSON that `nitro-cli describe-eif` shows; not measured
  public static Eif of(
      Architecture architecture,
      Defaults defaults,
      byte[] kernel,
      byte[] commandLine,
      byte[] metadata,
      List<byte[]> ramdisks)
      throws RefusedException {
    List<Section> sections = new ArrayList<>();
    sections.add(new Section(Section.Type.KERNEL, kernel));
    sections.add(new Section(Section.Type.COMMAND_LINE, commandLine));
    sections.add(new Section(Section.Type.METADATA, metadata));
    ramdisks.forEach(ramdisk -> sections.add(new Section(Section.Type.RAMDISK, ramdisk)));
    return new Eif(architecture, defaults, sections);
  }

  /// The same image with a signature section.
  public Eif signed(byte[] signature) throws RefusedException {
    if (signature().isPresent()) {
      throw new RefusedException(Reason.EIF_SIGNATURE, "the image is signed already");
    }
    List<Section> more = new ArrayList<>(sections);
    more.add(new Section(Section.Type.SIGNATURE, signature));
    return new Eif(architecture, defaults, more);
  }

  public Architecture architecture() {
    return architecture;
  }

  public Defaults defaults() {
    return defaults;
  }

  public byte[] kernel() {
    return sections.get(KERNEL).content();
  }

  public byte[] commandLine() {
    return sections.get(COMMAND_LINE).content();
  }

  public byte[] metadata() {
    return sections.get(METADATA).content();
  }

  public List<byte[]> ramdisks() {
    return sections.stream()
        .filter(section -> section.type() == Section.Type.RAMDISK)
        .map(Section::content)
        .toList();
  }

  public Optional<byte[]> signature() {
    Section last = sections.getLast();
    return last.type() == Section.Type.SIGNATURE ? Optional.of(last.content()) : Optional.empty();
  }

  public void write(OutputStream out) throws IOException {
    byte[] header = header();
    CRC32 checksum = new CRC32();
    checksum.update(header, 0, CHECKSUM_OFFSET);
    for (Section section : sections) {
      checksum.update(sectionHeader(section));
      checksum.update(section.content());
    }
    ByteBuffer.wrap(header).putInt(CHECKSUM_OFFSET, (int) checksum.getValue());
    out.write(header);
    for (Section section : sections) {
      out.write(sectionHeader(section));
      out.write(section.content());
    }
  }

  private byte[] header() {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.put(MAGIC).putShort((short) VERSION).putShort((short) flags());
    header.putLong(defaults.memoryBytes()).putLong(defaults.cpus());
    header.putShort((short) 0).putShort((short) sections.size());
    int offsets = header.position();
    int sizes = offsets + SECTIONS_MAX * Long.BYTES;
    long offset = HEADER_BYTES;
    for (int i = 0; i < sections.size(); i++) {
      int size = sections.get(i).content().length;
      header.putLong(offsets + i * Long.BYTES, offset);
      header.putLong(sizes + i * Long.BYTES, size);
      offset += Section.HEADER_BYTES + size;
    }
    return header.array();
  }

  private int flags() {
    return switch (architecture) {
      case X86_64 -> 0;
      case AARCH64 -> ARM64_FLAG;
    };
  }

  private static byte[] sectionHeader(Section section) {
    return ByteBuffer.allocate(Section.HEADER_BYTES)
        .putShort((short) section.type().code())
        .putShort((short) 0)
        .putLong(section.content().length)
        .array();
  }

  /// Kernel, command line, metadata, ramdisks, and perhaps a signature; none of them empty.
  private void requireLayout() throws RefusedException {
    boolean ended = false;
    for (int i = 0; i < sections.size(); i++) {
      Section.Type type = sections.get(i).type();
      boolean inPlace =
          switch (i) {
            case KERNEL -> type == Section.Type.KERNEL;
            case COMMAND_LINE -> type == Section.Type.COMMAND_LINE;
            case METADATA -> type == Section.Type.METADATA;
            case RAMDISKS -> type == Section.Type.RAMDISK;
            default -> !ended && (type == Section.Type.RAMDISK || type == Section.Type.SIGNATURE);
          };
      if (!inPlace || sections.get(i).content().length == 0) {
        throw new RefusedException(Reason.EIF_SECTIONS, "section " + i + " is " + sections.get(i));
      }
      ended = type == Section.Type.SIGNATURE;
    }
    if (sections.size() <= RAMDISKS || sections.size() > SECTIONS_MAX) {
      throw new RefusedException(Reason.EIF_SECTIONS, sections.size() + " sections");
    }
    if (commandLine().length > COMMAND_LINE_BYTES_MAX) {
      throw new RefusedException(
          Reason.EIF_SECTIONS, "a command line of " + commandLine().length + " bytes");
    }
  }
}
