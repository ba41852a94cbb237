package pqsigner.load;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import pqsigner.client.Signer;
import pqsigner.client.SignerRequest;

/// Drives one signer by a plan from the calling thread, once; time counts from its construction.
public final class Load {
  /// How long to wait for requests that are in flight at the end.
  private static final Duration DRAIN = Duration.ofSeconds(30);

  /// How long a caller waits for one signature.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final LoadPlan plan;
  private final Signer signer;
  private final Supplier<SignerRequest> requests;
  private final Semaphore permits;
  private final long start = System.nanoTime();
  private final Measurement measurement;

  /// @param sampleLimit signatures that are kept to be verified after the run
  public Load(LoadPlan plan, Signer signer, Supplier<SignerRequest> requests, int sampleLimit) {
    this.plan = plan;
    this.signer = signer;
    this.requests = requests;
    this.permits = new Semaphore(plan.concurrency());
    this.measurement = new Measurement(plan.warmUp(), start, sampleLimit);
  }

  public Measurement run() throws InterruptedException {
    long length = plan.warmUp().plus(plan.measured()).toNanos();
    if (plan.open()) {
      openLoop(length);
    } else {
      for (long n = 0; n < plan.requestLimit() && System.nanoTime() - start < length; n++) {
        permits.acquire();
        fire(System.nanoTime());
      }
    }
    boolean drained =
        permits.tryAcquire(plan.concurrency(), DRAIN.toMillis(), TimeUnit.MILLISECONDS);
    measurement.unanswered(drained ? 0 : plan.concurrency() - permits.availablePermits());
    return measurement;
  }

  private void openLoop(long length) {
    for (long n = 0; n < plan.requestLimit() && plan.dueNanos(n) < length; n++) {
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
    var _ =
        signer
            .submitAsync(request, PATIENCE)
            .whenComplete(
                (result, failure) -> {
                  measurement.record(due, System.nanoTime(), request, result, failure);
                  permits.release();
                });
  }
}
