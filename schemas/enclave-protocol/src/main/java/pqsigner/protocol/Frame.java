package pqsigner.protocol;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One frame as it travels; its layout is drawn in the package description.
public record Frame(int type, long correlationId, byte[] body) {
  private static final int VERSION = 2;

  public static Frame of(long correlationId, Request request) {
    return new Frame(request.type(), correlationId, request.encode());
  }

  public static Frame of(long correlationId, Answer answer) {
    return new Frame(answer.type(), correlationId, answer.encode());
  }

  /// The whole frame, length word included.
  ///
  /// @throws IllegalArgumentException when it would be longer than [Limits#FRAME_BYTES_MAX]
  public byte[] encode() {
    int length = Limits.FRAME_HEADER_BYTES + body.length;
    if (length > Limits.FRAME_BYTES_MAX) {
      throw new IllegalArgumentException("frame of " + length + " bytes");
    }
    return ByteBuffer.allocate(4 + length)
        .putInt(length)
        .put((byte) VERSION)
        .put((byte) type)
        .putShort((short) 0)
        .putLong(correlationId)
        .put(body)
        .array();
  }

  /// Reads one frame, or returns null when the stream ends before its first byte. After any
  /// exception, a read timeout too, nobody knows where the next frame begins: close the connection.
  ///
  /// @throws ProtocolException when it is not a frame of this version and size
  /// @throws EOFException when the stream ends inside it
  public static @Nullable Frame read(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    int first = in.read();
    if (first < 0) {
      return null;
    }
    long length = ((long) first << 24) | (in.readUnsignedByte() << 16) | in.readUnsignedShort();
    if (length < Limits.FRAME_HEADER_BYTES || length > Limits.FRAME_BYTES_MAX) {
      throw new ProtocolException("frame length " + length);
    }
    if (in.readUnsignedByte() != VERSION) {
      throw new ProtocolException("unknown protocol version");
    }
    int type = in.readUnsignedByte();
    if (in.readUnsignedShort() != 0) {
      throw new ProtocolException("reserved bits are set");
    }
    long correlationId = in.readLong();
    byte[] body = in.readNBytes((int) length - Limits.FRAME_HEADER_BYTES);
    if (body.length != length - Limits.FRAME_HEADER_BYTES) {
      throw new EOFException("frame ends early");
    }
    return new Frame(type, correlationId, body);
  }
}
