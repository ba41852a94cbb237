package pqsigner.attestation.cbor;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/// Writes CBOR in shortest form and with definite lengths, map keys in the order they were given.
public final class CborWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

  private CborWriter() {}

  public static byte[] write(Cbor value) {
    CborWriter writer = new CborWriter();
    writer.value(value);
    return writer.out.toByteArray();
  }

  /// A map of indefinite length with definite lengths inside: how real modules have written the
  /// payload of a document since August 2025.
  public static byte[] writeIndefinite(Cbor.Map map) {
    CborWriter writer = new CborWriter();
    writer.out.write(0xBF);
    writer.entries(map);
    writer.out.write(0xFF);
    return writer.out.toByteArray();
  }

  private void value(Cbor value) {
    switch (value) {
      case Cbor.Int(long number) when number >= 0 -> head(0, number);
      case Cbor.Int(long number) -> head(1, ~number);
      case Cbor.Bytes(byte[] bytes) -> string(2, bytes);
      case Cbor.Text(String text) -> string(3, StrictUtf8.encode(text));
      case Cbor.Array(List<Cbor> items) -> {
        head(4, items.size());
        items.forEach(this::value);
      }
      case Cbor.Map map -> {
        head(5, map.entries().size());
        entries(map);
      }
      case Cbor.Bool(boolean truth) -> out.write(truth ? 0xF5 : 0xF4);
      case Cbor.Null() -> out.write(0xF6);
    }
  }

  private void entries(Cbor.Map map) {
    map.entries()
        .forEach(
            (key, value) -> {
              value(key);
              value(value);
            });
  }

  private void string(int major, byte[] bytes) {
    head(major, bytes.length);
    out.writeBytes(bytes);
  }

  private void head(int major, long argument) {
    int type = major << 5;
    if (argument < 24) {
      out.write(type | (int) argument);
    } else if (argument <= 0xFF) {
      out.write(type | 24);
      out.write((int) argument);
    } else if (argument <= 0xFFFF) {
      out.write(type | 25);
      out.writeBytes(ByteBuffer.allocate(2).putShort((short) argument).array());
    } else if (argument <= 0xFFFF_FFFFL) {
      out.write(type | 26);
      out.writeBytes(ByteBuffer.allocate(4).putInt((int) argument).array());
    } else {
      out.write(type | 27);
      out.writeBytes(ByteBuffer.allocate(8).putLong(argument).array());
    }
  }
}
