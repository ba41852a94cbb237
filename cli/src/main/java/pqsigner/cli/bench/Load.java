package pqsigner.cli.bench;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import pqsigner.client.SignerRequest;

/// Drives one ingress by a plan from the calling thread, once; time counts from its construction.
final class Load {
  /// How long requests that are in flight at the end are waited for.
  private static final Duration DRAIN = Duration.ofSeconds(30);

  private final LoadPlan plan;
  private final Ingress ingress;
  private final Supplier<SignerRequest> requests;
  private final Semaphore permits;
  private final long start = System.nanoTime();
  private final Measurement measurement;

  Load(LoadPlan plan, Ingress ingress, Supplier<SignerRequest> requests) {
    this.plan = plan;
    this.ingress = ingress;
    this.requests = requests;
    this.permits = new Semaphore(plan.inFlightMax());
    this.measurement = new Measurement(plan.warmUp(), start);
  }

  Measurement run() throws InterruptedException {
    long length = plan.warmUp().plus(plan.measured()).toNanos();
    if (plan.open()) {
      openLoop(length);
    } else {
      while (System.nanoTime() - start < length) {
        permits.acquire();
        fire(System.nanoTime());
      }
    }
    boolean drained =
        permits.tryAcquire(plan.inFlightMax(), DRAIN.toMillis(), TimeUnit.MILLISECONDS);
    measurement.unanswered(drained ? 0 : plan.inFlightMax() - permits.availablePermits());
    return measurement;
  }

  private void openLoop(long length) {
    for (long n = 0; plan.dueNanos(n) < length; n++) {
      long due = start + plan.dueNanos(n);
      for (long ahead = due - System.nanoTime(); ahead > 0; ahead = due - System.nanoTime()) {
        LockSupport.parkNanos(ahead);
      }
      if (permits.tryAcquire()) {
        fire(due);
      } else {
        measurement.shed(due);
      }
    }
  }

  private void fire(long due) {
    SignerRequest request = requests.get();
    ingress.fire(
        request,
        outcome -> {
          measurement.record(due, System.nanoTime(), request, outcome);
          permits.release();
        });
  }
}
