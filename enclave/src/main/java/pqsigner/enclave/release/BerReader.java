package pqsigner.enclave.release;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/// Reads BER as far as CMS from the KMS needs it: one-byte tags, definite lengths in their shortest
/// form, and indefinite lengths for what is constructed. Nothing is skipped.
final class BerReader {
  /// Where the value around the current one ends, and how.
  private record Enclosing(int limit, boolean indefinite) {}

  private final byte[] in;
  private final Deque<Enclosing> enclosing = new ArrayDeque<>();
  private int position;
  private int limit;
  private boolean indefinite;

  BerReader(byte[] encoded) {
    in = encoded;
    limit = encoded.length;
  }

  /// Goes into a constructed value.
  void enter(int tag) throws EnvelopeException {
    expect(tag);
    int length = length();
    enclosing.push(new Enclosing(limit, indefinite));
    indefinite = length < 0;
    if (!indefinite) {
      limit = end(length);
    }
  }

  /// Leaves a constructed value, which must have been read to its end.
  void leave() throws EnvelopeException {
    if (indefinite) {
      expect(0);
      expect(0);
    } else if (position != limit) {
      throw new EnvelopeException();
    }
    Enclosing outer = enclosing.pop();
    limit = outer.limit;
    indefinite = outer.indefinite;
  }

  /// The content of a primitive value.
  byte[] primitive(int tag) throws EnvelopeException {
    expect(tag);
    int length = length();
    if (length < 0) {
      throw new EnvelopeException();
    }
    int end = end(length);
    byte[] content = Arrays.copyOfRange(in, position, end);
    position = end;
    return content;
  }

  /// Bytes that must be exactly these.
  void exactly(byte[] expected) throws EnvelopeException {
    int end = end(expected.length);
    if (!Arrays.equals(in, position, end, expected, 0, expected.length)) {
      throw new EnvelopeException();
    }
    position = end;
  }

  /// Whether the next value has this tag; false at the end of the enclosing one.
  boolean next(int tag) {
    return position < limit && Byte.toUnsignedInt(in[position]) == tag;
  }

  void end() throws EnvelopeException {
    if (!enclosing.isEmpty() || position != in.length) {
      throw new EnvelopeException();
    }
  }

  private void expect(int octet) throws EnvelopeException {
    if (octet() != octet) {
      throw new EnvelopeException();
    }
  }

  private int octet() throws EnvelopeException {
    if (position >= limit) {
      throw new EnvelopeException();
    }
    return Byte.toUnsignedInt(in[position++]);
  }

  /// -1 for an indefinite length.
  private int length() throws EnvelopeException {
    int first = octet();
    if (first == 0x80) {
      return -1;
    }
    if (first < 0x80) {
      return first;
    }
    int value = octet();
    int shortest = 0x80;
    if (first == 0x82) {
      value = (value << 8) | octet();
      shortest = 0x100;
    } else if (first != 0x81) {
      throw new EnvelopeException();
    }
    if (value < shortest) {
      throw new EnvelopeException();
    }
    return value;
  }

  private int end(int length) throws EnvelopeException {
    if (length > limit - position) {
      throw new EnvelopeException();
    }
    return position + length;
  }
}
