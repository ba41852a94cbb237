package pqsigner.gateway.fairness;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/// What each custodian's refused commands cost: a row of the ledger and a record each, for nothing.
/// They are charged after the fact, because only admission knows; whoever is in debt is not read
/// from until it is paid.
///
/// Bounded: who owes nothing and has spent nothing is forgotten when there are many.
public final class RefusedCommands {

  private static final int CUSTODIANS_MAX = 10_000;

  /// Seconds of refusals that may come at once.
  private static final int BURST_SECONDS = 10;

  private final long nanosEach;
  private final LongSupplier nanoTime;
  private final ConcurrentMap<String, Long> paidAt = new ConcurrentHashMap<>();

  public RefusedCommands(int perSecond, LongSupplier nanoTime) {
    this.nanosEach = Duration.ofSeconds(1).toNanos() / perSecond;
    this.nanoTime = nanoTime;
  }

  public void charge(String custodian) {
    long now = nanoTime.getAsLong();
    paidAt.compute(
        custodian, (_, before) -> (before == null || before - now < 0 ? now : before) + nanosEach);
    if (paidAt.size() > CUSTODIANS_MAX) {
      paidAt.values().removeIf(at -> at - now <= 0);
    }
  }

  /// How long its commands must wait; zero for most.
  public Duration debt(String custodian) {
    Long at = paidAt.get(custodian);
    if (at == null) {
      return Duration.ZERO;
    }
    long owed = at - nanoTime.getAsLong() - Duration.ofSeconds(BURST_SECONDS).toNanos();
    return Duration.ofNanos(Math.max(0, owed));
  }
}
