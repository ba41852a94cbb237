package pqsigner.gateway.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RefusedCommandsTest {

  private long now = Long.MAX_VALUE - 1;
  private final RefusedCommands refused = new RefusedCommands(2, () -> now);

  private void charge(String custodian, int times) {
    for (int i = 0; i < times; i++) {
      refused.charge(custodian);
    }
  }

  @Test
  void tenSecondsOfRefusalsAreFree() {
    charge("a", 20);
    assertThat(refused.debt("a")).isZero();
    assertThat(refused.debt("b")).isZero();
  }

  @Test
  void whatIsBeyondIsOwedByNobodyElse() {
    charge("a", 23);
    assertThat(refused.debt("a")).isEqualTo(Duration.ofMillis(1500));
    assertThat(refused.debt("b")).isZero();
  }

  @Test
  void timePaysADebtAndLeavesNoCredit() {
    charge("a", 22);
    now += Duration.ofSeconds(1).toNanos();
    assertThat(refused.debt("a")).isZero();
    now += Duration.ofHours(1).toNanos();
    charge("a", 21);
    assertThat(refused.debt("a")).isEqualTo(Duration.ofMillis(500));
  }
}
