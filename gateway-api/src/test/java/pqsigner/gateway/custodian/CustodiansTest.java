package pqsigner.gateway.custodian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import pqsigner.gateway.ledger.LedgerUnavailableException;

class CustodiansTest {

  private static final Duration USABLE_FOR = Duration.ofSeconds(60);

  /// Where nanoTime may begin.
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);

  private final InMemoryCustodianRegistry registry = InMemoryCustodianRegistry.of("fund");
  private final Custodians custodians = new Custodians(registry, USABLE_FOR, now::get);

  @Test
  void aSnapshotIsAskedAndNotTheRegistry() {
    int before = registry.reads();
    for (int i = 0; i < 1000; i++) {
      assertThat(custodians.find("fund")).isPresent();
    }
    assertThat(registry.reads()).isEqualTo(before);
  }

  @Test
  void aChangeIsSeenWithTheNextReading() {
    registry.agree("fund", CustodianTerms.usual().in(CustodianTerms.State.DISABLED));
    assertThat(custodians.find("fund").orElseThrow().isEnabled()).isTrue();

    custodians.refresh();

    assertThat(custodians.find("fund").orElseThrow().isEnabled()).isFalse();
  }

  @Test
  void oneThatWasAddedIsKnownAtOnce() {
    registry.agree("new", CustodianTerms.usual());
    passed(Duration.ofSeconds(1));

    assertThat(custodians.find("new")).isPresent();
  }

  /// Whoever has a certificate can ask under any name that its authority gave it.
  @Test
  void howeverManyStrangersAskTheRegistryIsReadOnceASecond() {
    passed(Duration.ofSeconds(1));
    int before = registry.reads();
    for (int i = 0; i < 1000; i++) {
      assertThat(custodians.find("stranger-" + i)).isEmpty();
    }
    assertThat(registry.reads()).isEqualTo(before + 1);
    passed(Duration.ofSeconds(1));
    custodians.find("stranger");
    assertThat(registry.reads()).isEqualTo(before + 2);
  }

  @Test
  void whatWasReadLastHoldsWhileTheRegistryDoesNotAnswerAndNoLonger() {
    registry.down(true);
    custodians.refresh();
    passed(USABLE_FOR);
    assertThat(custodians.find("fund")).isPresent();
    assertThat(custodians.isUsable()).isTrue();

    passed(Duration.ofNanos(1));

    assertThat(custodians.isUsable()).isFalse();
    assertThatThrownBy(() -> custodians.find("fund"))
        .isInstanceOf(LedgerUnavailableException.class);
    assertThat(custodians.lastKnown("fund")).as("for bounds").isPresent();

    registry.down(false);
    custodians.refresh();
    assertThat(custodians.find("fund")).isPresent();
  }

  @Test
  void whoIsUnknownIsNotCalledSoWhileTheRegistryDoesNotAnswer() {
    registry.down(true);
    passed(Duration.ofSeconds(1));

    assertThatThrownBy(() -> custodians.find("new")).isInstanceOf(LedgerUnavailableException.class);
  }

  @Test
  void aGatewayDoesNotStartWithoutASnapshot() {
    registry.down(true);

    assertThatThrownBy(registry::snapshot).isInstanceOf(LedgerUnavailableException.class);
  }

  @Test
  void onlyAnEmptyRegistryIsFilled() {
    InMemoryCustodianRegistry empty = new InMemoryCustodianRegistry();
    assertThatThrownBy(() -> InitialCustodians.register(empty, null, Instant.EPOCH))
        .hasMessageContaining("pq-signer.custodians.initial");

    InitialCustodians.register(empty, List.of("a", "b"), Instant.EPOCH);
    InitialCustodians.register(empty, List.of("c"), Instant.EPOCH);

    assertThat(empty.all())
        .extracting(RegisteredCustodian::name)
        .containsExactlyInAnyOrder("a", "b");
    InitialCustodians.register(new InMemoryCustodianRegistry(), List.of(), Instant.EPOCH);
  }

  private void passed(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
