package pqsigner.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import pqsigner.image.input.Architecture;

/// Synthetic files that look like programs from the first twenty bytes on; nothing can run them.
public final class Elf {
  private Elf() {}

  public static byte[] of(Architecture architecture, String content) {
    byte[] tail = content.getBytes(UTF_8);
    ByteBuffer file = ByteBuffer.allocate(64 + tail.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1});
    file.putShort(18, (short) (architecture == Architecture.X86_64 ? 0x3E : 0xB7));
    file.position(64);
    return file.put(tail).array();
  }
}
