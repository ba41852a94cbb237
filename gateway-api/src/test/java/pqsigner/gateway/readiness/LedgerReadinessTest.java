package pqsigner.gateway.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import pqsigner.gateway.keys.InMemoryKeyRegistry;
import pqsigner.gateway.ledger.InMemoryRequestLedger;
import pqsigner.gateway.ledger.LedgerPolicy;
import pqsigner.gateway.ledger.LedgerUnavailableException;
import pqsigner.gateway.ledger.RequestLedger;

class LedgerReadinessTest {

  @Test
  void aLedgerThatAnswersIsReady() {
    RequestLedger ledger =
        new InMemoryRequestLedger(
            new LedgerPolicy(
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                Duration.ofDays(30),
                Duration.ofDays(90)),
            InstantSource.system(),
            new InMemoryKeyRegistry());
    assertThat(status(ledger)).isEqualTo(Status.UP);
  }

  @Test
  void aLedgerThatDoesNotIsNot() {
    RequestLedger down =
        (RequestLedger)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {RequestLedger.class},
                (_, _, _) -> {
                  throw new LedgerUnavailableException("down");
                });
    assertThat(status(down)).isEqualTo(Status.DOWN);
  }

  private static Status status(RequestLedger ledger) {
    return Objects.requireNonNull(new LedgerReadiness(ledger).health()).getStatus();
  }
}
