package pqsigner.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import pqsigner.image.input.Architecture;

/// Synthetic files that look like programs from the first twenty bytes on; nothing can run them.
public final class Elf {
  private static final long ADDRESS = 0x400000;

  private Elf() {}

  public static byte[] of(Architecture architecture, String content) {
    byte[] tail = content.getBytes(UTF_8);
    ByteBuffer file = ByteBuffer.allocate(64 + tail.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1});
    file.putShort(18, (short) (architecture == Architecture.X86_64 ? 0x3E : 0xB7));
    file.position(64);
    return file.put(tail).array();
  }

  /// One that says what it needs, where real ones say it too.
  ///
  /// @param loader empty for a library
  public static byte[] needing(Architecture architecture, String loader, String... libraries) {
    List<Long> names = new ArrayList<>();
    StringBuilder strings = new StringBuilder(loader).append('\0');
    for (String library : libraries) {
      names.add((long) strings.length());
      strings.append(library).append('\0');
    }
    int headers = loader.isEmpty() ? 2 : 3;
    int dynamic = 64 + headers * 56;
    int entries = libraries.length + 2;
    int table = dynamic + entries * 16;
    ByteBuffer file = ByteBuffer.allocate(table + strings.length()).order(ByteOrder.LITTLE_ENDIAN);
    file.put(of(architecture, "")).putLong(32, 64).putShort(56, (short) headers);
    segment(file, 1, 0, file.capacity());
    segment(file, 2, dynamic, entries * 16);
    if (!loader.isEmpty()) {
      segment(file, 3, table, loader.length() + 1);
    }
    names.forEach(name -> file.putLong(1).putLong(name));
    file.putLong(5).putLong(ADDRESS + table).putLong(0).putLong(0);
    return file.put(strings.toString().getBytes(UTF_8)).array();
  }

  public static byte[] needing(String loader, String... libraries) {
    return needing(Architecture.X86_64, loader, libraries);
  }

  private static void segment(ByteBuffer file, int type, int offset, int bytes) {
    file.putInt(type).putInt(0).putLong(offset).putLong(ADDRESS + offset).putLong(0);
    file.putLong(bytes).putLong(bytes).putLong(1);
  }
}
