package pqsigner.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads the fields of a frame body. Each length is checked against what is there before anything
/// is allocated.
final class BodyReader {
  private final ByteBuffer in;

  BodyReader(byte[] body) {
    this.in = ByteBuffer.wrap(body);
  }

  int u8() throws ProtocolException {
    return Byte.toUnsignedInt(need(1).get());
  }

  int u16() throws ProtocolException {
    return Short.toUnsignedInt(need(2).getShort());
  }

  long i64() throws ProtocolException {
    return need(8).getLong();
  }

  long natural() throws ProtocolException {
    long value = i64();
    if (value < 0) {
      throw new ProtocolException("negative number");
    }
    return value;
  }

  byte[] bytes(int max) throws ProtocolException {
    long length = Integer.toUnsignedLong(need(4).getInt());
    if (length > max) {
      throw new ProtocolException("field longer than " + max + " bytes");
    }
    ByteBuffer there = need((int) length);
    byte[] value = new byte[(int) length];
    there.get(value);
    return value;
  }

  String text(int maxBytes) throws ProtocolException {
    byte[] utf8 = bytes(maxBytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new ProtocolException("text is not UTF-8");
    }
  }

  <E extends WireCode> E code(E[] values) throws ProtocolException {
    return coded(values, u8());
  }

  static <E extends WireCode> E coded(E[] values, int wire) throws ProtocolException {
    for (E value : values) {
      if (value.wire() == wire) {
        return value;
      }
    }
    throw new ProtocolException("unknown code " + wire);
  }

  void end() throws ProtocolException {
    if (in.hasRemaining()) {
      throw new ProtocolException("bytes after the last field");
    }
  }

  private ByteBuffer need(int bytes) throws ProtocolException {
    if (in.remaining() < bytes) {
      throw new ProtocolException("frame ends inside a field");
    }
    return in;
  }
}
