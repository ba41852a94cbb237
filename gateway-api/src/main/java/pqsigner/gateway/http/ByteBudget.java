package pqsigner.gateway.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import pqsigner.gateway.fairness.Shares;

/// How many bytes of bodies may be in memory at once, over all callers and for each. Each body is
/// bounded, and so is the number of connections, but their product is more than a heap.
public final class ByteBudget {

  private final Shares bytes;

  public ByteBudget(Shares bytes, MeterRegistry registry) {
    this.bytes = bytes;
    Gauge.builder("pq.signer.gateway.http.body.bytes", bytes, Shares::taken)
        .description("Bytes of request bodies in memory")
        .register(registry);
    Gauge.builder("pq.signer.gateway.http.body.bytes.limit", bytes::max)
        .description("Bytes of request bodies that may be in memory")
        .register(registry);
    bytes.bindTo(registry, "body_bytes");
  }

  /// What one request takes; closing it gives all of it back.
  Taken of(String holder) {
    return new Taken(holder);
  }

  final class Taken implements AutoCloseable {

    private final String holder;
    private int taken;

    private Taken(String holder) {
      this.holder = holder;
    }

    boolean take(int more) {
      if (!bytes.take(holder, more)) {
        return false;
      }
      taken += more;
      return true;
    }

    @Override
    public void close() {
      bytes.give(holder, taken);
      taken = 0;
    }
  }
}
