package pqsigner.gateway.custodian;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import pqsigner.events.Algorithm;
import pqsigner.gateway.custodian.CustodianTerms.State;

/// What every registry of custodians does.
abstract class CustodianRegistryContract {

  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00.123Z");

  private static final CustodianTerms FULL =
      new CustodianTerms(
          State.DISABLED,
          Arrays.stream(CustodianLimit.values())
              .collect(Collectors.toMap(limit -> limit, CustodianLimit::most)),
          Set.of(Algorithm.ML_DSA_44, Algorithm.ML_DSA_87),
          false,
          false,
          Set.of("ab".repeat(32), "cd".repeat(32)));

  private final String name = "fund-" + UUID.randomUUID();
  private final RegisteredCustodian first =
      RegisteredCustodian.added(name, CustodianTerms.usual(), "alice", NOW);

  abstract CustodianRegistry registry();

  @Test
  void whatIsAddedIsFoundAndListedAsItIs() {
    RegisteredCustodian full = RegisteredCustodian.added(name + "-2", FULL, "alice", NOW);
    assertThat(registry().add(first)).isTrue();
    assertThat(registry().add(full)).isTrue();

    assertThat(registry().find(name)).contains(first);
    assertThat(registry().find(name + "-2")).contains(full);
    assertThat(registry().all()).contains(first, full);
  }

  @Test
  void aNameIsTakenOnce() {
    registry().add(first);

    assertThat(registry().add(RegisteredCustodian.added(name, FULL, "bob", NOW))).isFalse();
    assertThat(registry().find(name)).contains(first);
  }

  @Test
  void oneOfTwoChangesOfTheSameRevisionHolds() {
    registry().add(first);
    RegisteredCustodian second = first.changed(FULL, "bob", NOW.plusSeconds(1));

    assertThat(registry().change(second)).isTrue();
    assertThat(registry().change(first.changed(CustodianTerms.usual(), "carol", NOW))).isFalse();

    assertThat(registry().find(name)).contains(second);
    assertThat(second.revision()).isEqualTo(2);
    assertThat(second.createdAt()).isEqualTo(NOW);
  }

  @Test
  void onlyTheRevisionThatWasSeenIsRemoved() {
    registry().add(first);
    RegisteredCustodian second = first.changed(FULL, "bob", NOW);
    registry().change(second);

    assertThat(registry().remove(first)).isFalse();
    assertThat(registry().remove(second)).isTrue();
    assertThat(registry().remove(second)).isFalse();
    assertThat(registry().find(name)).isEmpty();
    assertThat(registry().change(second.changed(FULL, "bob", NOW))).isFalse();
  }
}
