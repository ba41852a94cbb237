package pqsigner.gateway.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CustodianRateLimitTest {

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private AgreedLimits.Limits agreed = new AgreedLimits.Limits(100, 30, 1, 1);
  private final CustodianRateLimit limit =
      new CustodianRateLimit(
          custodian -> custodian.equals("more") ? agreed : new AgreedLimits.Limits(10, 3, 1, 1),
          now::get);

  @Test
  void aBurstPassesAndThenTheRateHolds() {
    assertThat(limit.take("a")).isZero();
    assertThat(limit.take("a")).isZero();
    assertThat(limit.take("a")).isZero();
    assertThat(limit.take("a")).isEqualTo(Duration.ofMillis(100));
    now.addAndGet(Duration.ofMillis(99).toNanos());
    assertThat(limit.take("a")).isEqualTo(Duration.ofMillis(1));
    now.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(limit.take("a")).isZero();
    assertThat(limit.take("a")).isPositive();
  }

  @Test
  void aPauseEarnsABurstAndNoMore() {
    limit.take("a");
    now.addAndGet(Duration.ofHours(1).toNanos());
    for (int i = 0; i < 3; i++) {
      assertThat(limit.take("a")).isZero();
    }
    assertThat(limit.take("a")).isPositive();
  }

  @Test
  void aCustodianMayHaveAnotherRate() {
    for (int i = 0; i < 30; i++) {
      assertThat(limit.take("more")).isZero();
    }
    assertThat(limit.take("more")).isEqualTo(Duration.ofMillis(10));
  }

  /// The slowest rate with the longest burst is owed for eleven days.
  @Test
  void aFasterRateIsNotHeldUpByWhatASlowerOneWasOwed() {
    agreed = new AgreedLimits.Limits(1, 1_000_000, 1, 1);
    for (int i = 0; i < 1000; i++) {
      limit.take("more");
    }
    agreed = new AgreedLimits.Limits(100, 30, 1, 1);

    assertThat(limit.take("more")).isEqualTo(Duration.ofMillis(10));
    now.addAndGet(Duration.ofMillis(10).toNanos());
    assertThat(limit.take("more")).isZero();
  }

  @Test
  void aSlowerRateHoldsAtOnce() {
    limit.take("more");
    agreed = new AgreedLimits.Limits(1, 1, 1, 1);

    assertThat(limit.take("more")).isPositive();
  }

  @Test
  void oneCustodianDoesNotSpendAnothersRate() {
    for (int i = 0; i < 10; i++) {
      limit.take("a");
    }
    assertThat(limit.take("b")).isZero();
  }
}
