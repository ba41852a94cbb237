package pqsigner.enclave.release;

import java.security.Provider;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import pqsigner.enclave.Deadline;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.secret.Sweeper;
import pqsigner.protocol.EnclaveStats.Resource;
import pqsigner.protocol.EnclaveStats.Usage;
import pqsigner.protocol.Refusal;

/// The pairs that the KMS encrypts to. One costs about 0.1 s of CPU, so they are made ahead on a
/// thread of their own; and since whoever breaks one reads every answer made to it, it is replaced
/// after a time and after a number of uses.
public final class RecipientKeys implements AutoCloseable {

  /// @param pairsAhead unused pairs in store
  /// @param ageMax from first use until it is dropped, idle or not
  /// @param usesMax KMS requests made with one pair
  public record Rotation(int pairsAhead, Duration ageMax, int usesMax) {}

  private final Rotation rotation;
  private final Provider conscrypt;
  private final Sweeper sweeper;
  private final BlockingQueue<RecipientKey> ready;
  private final ScheduledThreadPoolExecutor maker;
  private final ReentrantLock turn = new ReentrantLock();
  private @Nullable RecipientKey current;
  private @Nullable Future<?> retirement;
  private int usesLeft;

  public RecipientKeys(Rotation rotation, Provider conscrypt, Sweeper sweeper) {
    this.rotation = rotation;
    this.conscrypt = conscrypt;
    this.sweeper = sweeper;
    this.ready = new ArrayBlockingQueue<>(rotation.pairsAhead);
    this.maker =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("recipient-keys").factory());
    maker.setRemoveOnCancelPolicy(true);
    for (int i = 0; i < rotation.pairsAhead; i++) {
      maker.execute(this::make);
    }
  }

  /// The pair for one request.
  ///
  /// @throws RefusedException OVERLOADED when no pair is ready in time
  RecipientKey take(Deadline deadline) throws RefusedException {
    try {
      if (!turn.tryLock(nanos(deadline), TimeUnit.NANOSECONDS)) {
        throw new RefusedException(Refusal.OVERLOADED);
      }
      try {
        RecipientKey key = current;
        if (key == null || usesLeft == 0) {
          key = next(deadline);
        }
        usesLeft--;
        return key;
      } finally {
        turn.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(Refusal.OVERLOADED);
    }
  }

  /// Pairs that nobody used yet.
  public Usage usage() {
    return new Usage(Resource.RECIPIENT_PAIRS, ready.size(), rotation.pairsAhead);
  }

  private RecipientKey next(Deadline deadline) throws InterruptedException, RefusedException {
    dropCurrent();
    RecipientKey key = ready.poll(nanos(deadline), TimeUnit.NANOSECONDS);
    if (key == null) {
      throw new RefusedException(Refusal.OVERLOADED);
    }
    maker.execute(this::make);
    retirement = maker.schedule(() -> retire(key), rotation.ageMax.toNanos(), TimeUnit.NANOSECONDS);
    current = key;
    usesLeft = rotation.usesMax;
    return key;
  }

  private void make() {
    RecipientKey key = RecipientKey.generate(conscrypt);
    if (!ready.offer(key)) {
      throw new IllegalStateException("more pairs than requested");
    }
  }

  private void retire(RecipientKey key) {
    turn.lock();
    try {
      if (current == key) {
        dropCurrent();
      }
    } finally {
      turn.unlock();
    }
  }

  /// A retirement that is still to come would keep a pair that is used up alive until then.
  private void dropCurrent() {
    if (current != null) {
      current = null;
      sweeper.secretDied();
    }
    if (retirement != null) {
      retirement.cancel(false);
      retirement = null;
    }
  }

  private static long nanos(Deadline deadline) {
    return Math.max(0, deadline.remaining().toNanos());
  }

  @Override
  public void close() {
    maker.shutdownNow();
    turn.lock();
    try {
      dropCurrent();
      ready.clear();
    } finally {
      turn.unlock();
    }
  }
}
