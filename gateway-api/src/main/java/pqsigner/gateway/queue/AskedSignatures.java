package pqsigner.gateway.queue;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.RequestContent;
import pqsigner.gateway.ledger.RequestKey;

/// What this gateway asked the worker to sign and has seen no outcome of. A signature is verified
/// against this, so that the usual reply costs no read of the ledger.
///
/// Only a shortcut: what is missing here, after a restart or because another gateway asked, is read
/// from the ledger. So it is bounded in bytes, and the oldest make room: their replies are the ones
/// most likely to have gone to another gateway.
public final class AskedSignatures {

  /// Some 6,000 short messages under ML-DSA-65 keys, or 250 of the longest.
  private static final int BYTES_MAX = 16 << 20;

  /// A generous guess at an entry without its arrays: objects, ids and the place in the map.
  private static final int ENTRY_BYTES = 1024;

  private final int bytesMax;
  private final Map<RequestKey, Asked> asked = new LinkedHashMap<>();
  private int bytes;

  /// @param entry as it was when its job was queued
  public record Asked(LedgerEntry entry) {
    private int bytes() {
      RequestContent content = Objects.requireNonNull(entry.request().content());
      return ENTRY_BYTES
          + content.context().length
          + (content.message() == null ? 0 : content.message().length);
    }
  }

  public AskedSignatures(MeterRegistry registry) {
    this(BYTES_MAX, registry);
  }

  AskedSignatures(int bytesMax, MeterRegistry registry) {
    this.bytesMax = bytesMax;
    Gauge.builder("pq.signer.gateway.asked.bytes", this, AskedSignatures::bytes)
        .description("Memory held to verify signatures without reading the ledger")
        .register(registry);
    Gauge.builder("pq.signer.gateway.asked.bytes.limit", () -> bytesMax)
        .description("How much may be kept")
        .register(registry);
  }

  /// @param entry an `ACCEPTED` sign request with its content
  public synchronized void remember(LedgerEntry entry) {
    forget(entry.key());
    Asked added = new Asked(entry);
    bytes += added.bytes();
    asked.put(entry.key(), added);
    Iterator<Asked> oldest = asked.values().iterator();
    while (bytes > bytesMax) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }

  public synchronized Optional<Asked> find(RequestKey request) {
    return Optional.ofNullable(asked.get(request));
  }

  public synchronized void forget(RequestKey request) {
    Asked removed = asked.remove(request);
    bytes -= removed == null ? 0 : removed.bytes();
  }

  synchronized int bytes() {
    return bytes;
  }
}
