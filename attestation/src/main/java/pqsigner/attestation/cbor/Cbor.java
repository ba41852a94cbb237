package pqsigner.attestation.cbor;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.cbor.CborException.Fault;

/// A CBOR value. Read one with [CborReader], write one with [CborWriter].
///
/// The `as...` methods are for a reader who expects one type and has nothing to do with another;
/// use a `switch` where several may come.
public sealed interface Cbor {

  /// Major types 0 and 1, as far as they fit in 64 signed bits.
  record Int(long value) implements Cbor {}

  /// Major type 2. The array is not copied: whoever made it may still change it.
  record Bytes(byte[] value) implements Cbor {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Bytes that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    /// The length only, since the content may be secret (NSM randomness) or long.
    @Override
    public String toString() {
      return "Bytes[" + value.length + "]";
    }
  }

  /// Major type 3.
  record Text(String value) implements Cbor {}

  /// Major type 4.
  record Array(List<Cbor> items) implements Cbor {
    public Array {
      items = List.copyOf(items);
    }
  }

  /// Major type 5. Keys keep the order in which they were read or added; they are [Int] or [Text].
  record Map(SequencedMap<Cbor, Cbor> entries) implements Cbor {
    public Map {
      entries = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(entries));
    }

    /// This map with one more entry at its end.
    public Map with(String key, Cbor value) {
      return withEntry(new Text(key), value);
    }

    /// This map with one more entry at its end.
    public Map with(long key, Cbor value) {
      return withEntry(new Int(key), value);
    }

    private Map withEntry(Cbor key, Cbor value) {
      SequencedMap<Cbor, Cbor> more = new LinkedHashMap<>(entries);
      if (more.putIfAbsent(key, value) != null) {
        throw new IllegalArgumentException("duplicate key " + key);
      }
      return new Map(more);
    }

    public @Nullable Cbor get(String key) {
      return entries.get(new Text(key));
    }

    /// The value under a key that must be there.
    public Cbor require(String key) throws CborException {
      Cbor value = get(key);
      if (value == null) {
        throw new CborException(Fault.MISSING_KEY, key);
      }
      return value;
    }

    /// The value of a map with exactly this one key, which is how the NSM names the variant of a
    /// message.
    public Cbor variant(String name) throws CborException {
      if (entries.size() != 1) {
        throw new CborException(Fault.WRONG_TYPE, "not a map with one key");
      }
      return require(name);
    }
  }

  record Bool(boolean value) implements Cbor {}

  record Null() implements Cbor {}

  static Int of(long value) {
    return new Int(value);
  }

  static Text of(String value) {
    return new Text(value);
  }

  static Bytes of(byte[] value) {
    return new Bytes(value);
  }

  static Bool of(boolean value) {
    return new Bool(value);
  }

  static Cbor ofNullable(byte @Nullable [] value) {
    return value == null ? new Null() : new Bytes(value);
  }

  static Array array(Cbor... items) {
    return new Array(List.of(items));
  }

  /// The empty map, to be filled by [Map#with(String, Cbor)].
  static Map map() {
    return new Map(new LinkedHashMap<>());
  }

  default long asInt() throws CborException {
    if (this instanceof Int(long value)) {
      return value;
    }
    throw notA("integer");
  }

  default byte[] asBytes() throws CborException {
    if (this instanceof Bytes(byte[] value)) {
      return value;
    }
    throw notA("byte string");
  }

  /// The bytes, or null for CBOR's null.
  default byte @Nullable [] asBytesOrNull() throws CborException {
    return this instanceof Null ? null : asBytes();
  }

  default String asText() throws CborException {
    if (this instanceof Text(String value)) {
      return value;
    }
    throw notA("text string");
  }

  default boolean asBool() throws CborException {
    if (this instanceof Bool(boolean value)) {
      return value;
    }
    throw notA("boolean");
  }

  default List<Cbor> asArray() throws CborException {
    if (this instanceof Array(List<Cbor> items)) {
      return items;
    }
    throw notA("array");
  }

  default Map asMap() throws CborException {
    if (this instanceof Map map) {
      return map;
    }
    throw notA("map");
  }

  private static CborException notA(String expected) {
    return new CborException(Fault.WRONG_TYPE, "expected: " + expected);
  }
}
