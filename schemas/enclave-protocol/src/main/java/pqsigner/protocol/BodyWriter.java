package pqsigner.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Writes the fields of a frame body.
final class BodyWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

  BodyWriter u8(int value) {
    out.write(value);
    return this;
  }

  BodyWriter u16(int value) {
    out.write(value >>> 8);
    out.write(value);
    return this;
  }

  BodyWriter i64(long value) {
    out.writeBytes(ByteBuffer.allocate(8).putLong(value).array());
    return this;
  }

  BodyWriter bytes(byte[] value) {
    out.writeBytes(ByteBuffer.allocate(4).putInt(value.length).array());
    out.writeBytes(value);
    return this;
  }

  BodyWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  byte[] body() {
    return out.toByteArray();
  }
}
