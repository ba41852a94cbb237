package pqsigner.enclave.secret;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Cleans up behind libraries that do not. Bouncy Castle leaves copies of key material in dead heap
/// objects, and Conscrypt frees a native key only when the collector finds its Java shell; in an
/// idle enclave all that could stay for hours.
///
/// While secrets die, the young generation is written over once a period: as many zeroed arrays are
/// allocated as fill it once and a bit, but for its end. That makes the collector run, so that
/// native keys are freed, and leaves zeros where the dead objects were; it takes some milliseconds
/// of one core. When nothing has died for a while, and now and then if that never happens, a full
/// collection follows, for what was moved to the old generation while it was in use; then what is
/// free there, the survivor spaces, and eden to its end are written over too. That needs two
/// options of the serial collector, which `enclave.jvmopts` sets: full compaction each time, and
/// large arrays straight into the old generation.
///
/// What it does not reach: the last two MiB at the far end of the old generation.
public final class Sweeper implements AutoCloseable {
  private static final int QUIET_PERIODS = 8;
  private static final int BUSY_PERIODS_MAX = 60;

  /// Below `PretenureSizeThreshold`, so it is allocated in eden.
  private static final int EDEN_CHUNK_BYTES = 1 << 19;

  /// With its header above `PretenureSizeThreshold`, so it is allocated in the old generation.
  private static final int OLD_CHUNK_BYTES = 1 << 20;

  private static final int HEADER_BYTES = 16;

  /// With its header as large as the smallest secret, so that no gap is left that one fits into.
  private static final int SMALL_BYTES = 16;

  /// More than a survivor space holds; the rest goes to the old generation and dies there.
  private static final double HELD_SHARE = 1.1;

  /// A thread's share of eden ends with some hundred bytes that no object gets, for prefetching.
  /// Each round these ends are elsewhere.
  private static final int SMALL_ROUNDS = 3;

  private final AtomicInteger deaths = new AtomicInteger();
  private final long edenBytes = committed("Eden");
  private final long survivorBytes = committed("Survivor");
  private final ScheduledThreadPoolExecutor thread;
  private int quietPeriods;
  private int periodsSinceFull;
  private boolean swept = true;

  /// Written so that the compiler cannot see that an array is of no use.
  private volatile byte[] latest = new byte[0];

  public Sweeper(Duration period) {
    this.thread =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("sweeper").factory());
    var _ =
        thread.scheduleWithFixedDelay(
            this::tick, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Something secret was let go of.
  public void secretDied() {
    deaths.incrementAndGet();
  }

  private void tick() {
    periodsSinceFull++;
    if (deaths.getAndSet(0) > 0) {
      quietPeriods = 0;
      swept = false;
      writeOverEden(EDEN_CHUNK_BYTES);
    } else if (!swept) {
      quietPeriods++;
    }
    if (!swept && (quietPeriods == QUIET_PERIODS || periodsSinceFull >= BUSY_PERIODS_MAX)) {
      sweepAll();
      swept = quietPeriods == QUIET_PERIODS;
      periodsSinceFull = 0;
    }
  }

  /// The second collection frees the arrays that the first left room for.
  private void sweepAll() {
    System.gc();
    writeOverFreeOld();
    System.gc();
    writeOverSurvivors();
    for (int round = 0; round < SMALL_ROUNDS; round++) {
      latest = new byte[EDEN_CHUNK_BYTES / SMALL_ROUNDS];
      writeOverEden(SMALL_BYTES);
    }
  }

  /// The two take turns, so it takes two rounds to write over both.
  private void writeOverSurvivors() {
    int fill = (int) (survivorBytes * HELD_SHARE / (HEADER_BYTES + SMALL_BYTES));
    byte[][] held = new byte[fill][];
    for (int round = 0; round < 2; round++) {
      Arrays.setAll(held, _ -> new byte[SMALL_BYTES]);
      writeOverEden(EDEN_CHUNK_BYTES);
      Arrays.fill(held, null);
    }
  }

  /// In large arrays it is fast, and leaves up to one of them at the end as it was.
  private void writeOverEden(int arrayBytes) {
    long all = edenBytes + edenBytes / 8;
    for (long filled = 0; filled < all; filled += HEADER_BYTES + arrayBytes) {
      latest = new byte[arrayBytes];
    }
    latest = new byte[0];
  }

  /// Nothing is held: old space is handed out from one end to the other until a full collection.
  private void writeOverFreeOld() {
    long free = usage("Tenured").getCommitted() - usage("Tenured").getUsed();
    for (long filled = 0; filled < free - 2 * OLD_CHUNK_BYTES; filled += latest.length) {
      latest = new byte[OLD_CHUNK_BYTES];
    }
    latest = new byte[0];
  }

  private static long committed(String space) {
    return usage(space).getCommitted();
  }

  private static MemoryUsage usage(String space) {
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getName().contains(space)) {
        return pool.getUsage();
      }
    }
    return new MemoryUsage(0, 0, 0, 0);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
