package pqsigner.attestation.cbor;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import pqsigner.attestation.cbor.CborException.Fault;

/// Reads one CBOR value that fills its bytes exactly.
///
/// Integers and lengths need not be in their shortest form, because RFC 8949 does not ask for it
/// and real modules are free to differ; but two spellings of one map key are still one key.
public final class CborReader {
  private static final int BREAK = 0xFF;
  private static final int INDEFINITE = 31;

  private final ByteBuffer in;
  private final CborLimits limits;

  private CborReader(byte[] encoded, CborLimits limits) {
    this.in = ByteBuffer.wrap(encoded);
    this.limits = limits;
  }

  public static Cbor read(byte[] encoded, CborLimits limits) throws CborException {
    if (encoded.length > limits.bytesMax()) {
      throw new CborException(Fault.TOO_LARGE, "more than " + limits.bytesMax() + " bytes");
    }
    CborReader reader = new CborReader(encoded, limits);
    Cbor value = reader.value(0);
    if (reader.in.hasRemaining()) {
      throw reader.fault(Fault.TRAILING_BYTES);
    }
    return value;
  }

  private Cbor value(int depth) throws CborException {
    int initial = u8();
    int major = initial >>> 5;
    int info = initial & 0x1F;
    if (major == 7) {
      return simple(info);
    }
    if (info == INDEFINITE) {
      return indefinite(major, depth);
    }
    long argument = argument(info);
    return switch (major) {
      case 0 -> new Cbor.Int(integer(argument));
      case 1 -> new Cbor.Int(~integer(argument));
      case 2 -> new Cbor.Bytes(bytes(argument));
      case 3 -> new Cbor.Text(text(argument));
      case 4 -> array(argument, depth + 1);
      case 5 -> map(argument, depth + 1);
      default -> throw fault(Fault.UNSUPPORTED_ITEM);
    };
  }

  private Cbor simple(int info) throws CborException {
    return switch (info) {
      case 20 -> new Cbor.Bool(false);
      case 21 -> new Cbor.Bool(true);
      case 22 -> new Cbor.Null();
      default -> throw fault(Fault.UNSUPPORTED_ITEM);
    };
  }

  /// The number after an initial byte; an unsigned 64-bit value, so it may look negative.
  private long argument(int info) throws CborException {
    return switch (info) {
      case 24 -> u8();
      case 25 -> Short.toUnsignedLong(need(2).getShort());
      case 26 -> Integer.toUnsignedLong(need(4).getInt());
      case 27 -> need(8).getLong();
      case 28, 29, 30 -> throw fault(Fault.UNSUPPORTED_ITEM);
      default -> info;
    };
  }

  private long integer(long argument) throws CborException {
    if (argument < 0) {
      throw fault(Fault.INTEGER_OUT_OF_RANGE);
    }
    return argument;
  }

  private byte[] bytes(long length) throws CborException {
    atMost(length, in.remaining());
    byte[] value = new byte[(int) length];
    in.get(value);
    return value;
  }

  private String text(long length) throws CborException {
    try {
      return StrictUtf8.decode(bytes(length));
    } catch (CharacterCodingException e) {
      throw fault(Fault.INVALID_TEXT);
    }
  }

  private Cbor array(long count, int depth) throws CborException {
    allow(depth);
    atMost(count, in.remaining());
    List<Cbor> items = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      items.add(value(depth));
    }
    return new Cbor.Array(items);
  }

  private Cbor map(long count, int depth) throws CborException {
    allow(depth);
    atMost(count, in.remaining() / 2);
    SequencedMap<Cbor, Cbor> entries = new LinkedHashMap<>();
    for (long i = 0; i < count; i++) {
      entry(entries, depth);
    }
    return new Cbor.Map(entries);
  }

  private Cbor indefinite(int major, int depth) throws CborException {
    if (major < 2 || major > 5) {
      throw fault(Fault.UNSUPPORTED_ITEM);
    }
    if (major != 5 || depth > 0 || !limits.outerMapMayBeIndefinite()) {
      throw fault(Fault.INDEFINITE_LENGTH);
    }
    allow(1);
    SequencedMap<Cbor, Cbor> entries = new LinkedHashMap<>();
    while (Byte.toUnsignedInt(need(1).get(in.position())) != BREAK) {
      entry(entries, 1);
    }
    u8();
    return new Cbor.Map(entries);
  }

  private void entry(SequencedMap<Cbor, Cbor> entries, int depth) throws CborException {
    Cbor key = value(depth);
    if (!(key instanceof Cbor.Int || key instanceof Cbor.Text)) {
      throw fault(Fault.UNSUPPORTED_ITEM);
    }
    if (entries.containsKey(key)) {
      throw fault(Fault.DUPLICATE_KEY);
    }
    entries.put(key, value(depth));
  }

  private void allow(int depth) throws CborException {
    if (depth > limits.depthMax()) {
      throw fault(Fault.TOO_DEEP);
    }
  }

  /// Every item takes at least one byte, so a larger count cannot be honest.
  private void atMost(long unsigned, int bound) throws CborException {
    if (unsigned < 0 || unsigned > bound) {
      throw fault(Fault.TRUNCATED);
    }
  }

  private int u8() throws CborException {
    return Byte.toUnsignedInt(need(1).get());
  }

  private ByteBuffer need(int bytes) throws CborException {
    if (in.remaining() < bytes) {
      throw fault(Fault.TRUNCATED);
    }
    return in;
  }

  private CborException fault(Fault fault) {
    return new CborException(fault, "at byte " + in.position());
  }
}
