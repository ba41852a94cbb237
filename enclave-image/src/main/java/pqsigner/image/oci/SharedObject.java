package pqsigner.image.oci;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// What a program or library (ELF, 64 bit) asks for before it runs: PT_INTERP and DT_NEEDED.
///
/// @param interpreter absolute path of the loader; libraries have none
/// @param needed names of libraries
record SharedObject(Optional<String> interpreter, List<String> needed) {
  static final int NEEDED_MAX = 64;
  private static final int HEADERS_MAX = 128;
  private static final int DYNAMIC_MAX = 4096;

  private static final int PROGRAM_HEADERS_OFFSET = 32;
  private static final int PROGRAM_HEADER_COUNT = 56;
  private static final int PROGRAM_HEADER_BYTES = 56;
  private static final int DYNAMIC_BYTES = 16;

  private static final int LOAD = 1;
  private static final int DYNAMIC = 2;
  private static final int INTERPRETER = 3;
  private static final int DYNAMIC_END = 0;
  private static final int DYNAMIC_NEEDED = 1;
  private static final int DYNAMIC_STRINGS = 5;

  private static final String LIBRARY = "[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}";
  private static final String LOADER = "(/[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}){1,8}";

  /// A piece of the file and where it will be in memory.
  private record Segment(int type, long offset, long address, long bytes) {}

  private record Entry(long tag, long value) {}

  /// @param name for people
  static SharedObject read(String name, byte[] file, Architecture architecture)
      throws RefusedException {
    if (Architecture.ofElf(file).orElse(null) != architecture) {
      throw unsuitable(name + " is not an ELF file for " + architecture.label());
    }
    ByteBuffer elf = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    try {
      List<Segment> segments = segments(elf);
      Optional<String> interpreter = Optional.empty();
      for (Segment each : segments) {
        if (each.type == INTERPRETER) {
          interpreter = Optional.of(text(elf, each.offset, LOADER));
        }
      }
      return new SharedObject(interpreter, needed(elf, segments));
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new RefusedException(
          Reason.INPUT_UNSUITABLE, name + " cannot be read: " + Descriptor.quoted("" + e), e);
    }
  }

  private static List<Segment> segments(ByteBuffer elf) {
    int count = Short.toUnsignedInt(elf.getShort(PROGRAM_HEADER_COUNT));
    if (count > HEADERS_MAX) {
      throw new IllegalArgumentException("more than " + HEADERS_MAX + " program headers");
    }
    long start = elf.getLong(PROGRAM_HEADERS_OFFSET);
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int at = index(start + (long) i * PROGRAM_HEADER_BYTES);
      segments.add(
          new Segment(
              elf.getInt(at), elf.getLong(at + 8), elf.getLong(at + 16), elf.getLong(at + 32)));
    }
    return segments;
  }

  private static List<String> needed(ByteBuffer elf, List<Segment> segments) {
    List<Entry> dynamic = dynamic(elf, segments);
    List<String> needed = new ArrayList<>();
    for (Entry each : dynamic) {
      if (each.tag == DYNAMIC_NEEDED) {
        long strings =
            dynamic.stream()
                .filter(entry -> entry.tag == DYNAMIC_STRINGS)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("names without a table"))
                .value;
        needed.add(text(elf, offset(strings, segments) + each.value, LIBRARY));
        if (needed.size() > NEEDED_MAX) {
          throw new IllegalArgumentException("more than " + NEEDED_MAX + " libraries");
        }
      }
    }
    return needed;
  }

  private static List<Entry> dynamic(ByteBuffer elf, List<Segment> segments) {
    List<Entry> entries = new ArrayList<>();
    for (Segment each : segments) {
      if (each.type != DYNAMIC) {
        continue;
      }
      for (int i = 0; i < DYNAMIC_MAX && (i + 1L) * DYNAMIC_BYTES <= each.bytes; i++) {
        int at = index(each.offset + (long) i * DYNAMIC_BYTES);
        Entry entry = new Entry(elf.getLong(at), elf.getLong(at + 8));
        if (entry.tag == DYNAMIC_END) {
          break;
        }
        entries.add(entry);
      }
    }
    return entries;
  }

  /// Where in the file is what will be at the address.
  private static long offset(long address, List<Segment> segments) {
    for (Segment each : segments) {
      if (each.type == LOAD && address >= each.address && address - each.address < each.bytes) {
        return address - each.address + each.offset;
      }
    }
    throw new IllegalArgumentException("an address outside of the file");
  }

  private static String text(ByteBuffer elf, long offset, String form) {
    StringBuilder text = new StringBuilder();
    for (long at = offset; elf.get(index(at)) != 0; at++) {
      text.append((char) (elf.get(index(at)) & 0xFF));
      if (text.length() > 2048) {
        throw new IllegalArgumentException("a name without an end");
      }
    }
    if (!text.toString().matches(form)) {
      throw new IllegalArgumentException("not a name of a library: " + text);
    }
    return text.toString();
  }

  private static int index(long offset) {
    if (offset < 0 || offset > Integer.MAX_VALUE) {
      throw new IndexOutOfBoundsException("outside of the file: " + offset);
    }
    return (int) offset;
  }

  private static RefusedException unsuitable(String detail) {
    return new RefusedException(Reason.INPUT_UNSUITABLE, detail);
  }
}
