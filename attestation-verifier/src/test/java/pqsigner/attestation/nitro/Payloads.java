package pqsigner.attestation.nitro;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import pqsigner.attestation.cbor.Cbor;

/// Edits of a payload that a [Cbor.Map] itself does not offer.
final class Payloads {
  private Payloads() {}

  static Cbor.Map set(Cbor.Map payload, String key, Cbor value) {
    SequencedMap<Cbor, Cbor> entries = new LinkedHashMap<>(payload.entries());
    entries.put(Cbor.of(key), value);
    return new Cbor.Map(entries);
  }

  static Cbor.Map without(Cbor.Map payload, String key) {
    SequencedMap<Cbor, Cbor> entries = new LinkedHashMap<>(payload.entries());
    entries.remove(Cbor.of(key));
    return new Cbor.Map(entries);
  }

  static Cbor.Map setPcr(Cbor.Map payload, long index, Cbor value) {
    if (!(payload.get("pcrs") instanceof Cbor.Map pcrs)) {
      throw new IllegalArgumentException("no pcrs");
    }
    SequencedMap<Cbor, Cbor> entries = new LinkedHashMap<>(pcrs.entries());
    entries.put(Cbor.of(index), value);
    return set(payload, "pcrs", new Cbor.Map(entries));
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] ones(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 1);
    return bytes;
  }
}
