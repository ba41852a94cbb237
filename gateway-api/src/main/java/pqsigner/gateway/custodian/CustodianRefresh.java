package pqsigner.gateway.custodian;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// Keeps the snapshot young, on a thread that no caller can occupy.
final class CustodianRefresh implements AutoCloseable {

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("custodians").daemon().factory());

  CustodianRefresh(Custodians custodians, Duration pause) {
    ScheduledFuture<?> _ =
        timer.scheduleWithFixedDelay(
            custodians::refresh, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
