package pqsigner.gateway.admission.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Semaphore;

/// How many bytes of bodies may be in memory at once, over all callers. Each body is bounded, and
/// so is the number of connections, but their product is more than a heap.
final class ByteBudget {

  private final Semaphore free;

  ByteBudget(int bytesMax, MeterRegistry registry) {
    this.free = new Semaphore(bytesMax);
    Gauge.builder("pq.signer.http.body.bytes", () -> bytesMax - free.availablePermits())
        .description("Bytes of request bodies in memory")
        .register(registry);
    Gauge.builder("pq.signer.http.body.bytes.max", () -> bytesMax)
        .description("Bytes of request bodies that may be in memory")
        .register(registry);
  }

  /// One request's share; closing it gives all of it back.
  Share share() {
    return new Share();
  }

  final class Share implements AutoCloseable {

    private int taken;

    boolean take(int bytes) {
      if (!free.tryAcquire(bytes)) {
        return false;
      }
      taken += bytes;
      return true;
    }

    @Override
    public void close() {
      free.release(taken);
      taken = 0;
    }
  }
}
