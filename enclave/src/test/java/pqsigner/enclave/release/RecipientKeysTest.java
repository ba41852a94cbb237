package pqsigner.enclave.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.Provider;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import pqsigner.enclave.Deadline;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.secret.Sweeper;
import pqsigner.protocol.Refusal;

class RecipientKeysTest {
  private static final Sweeper SWEEPER = new Sweeper(Duration.ofHours(1));
  private static final Provider CONSCRYPT = Conscrypt.newProvider();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static RecipientKeys keys(Duration ageMax, int usesMax) {
    return new RecipientKeys(new RecipientKeys.Rotation(1, ageMax, usesMax), CONSCRYPT, SWEEPER);
  }

  @Test
  void onePairServesSoManyRequestsAndNotOneMore() throws Exception {
    try (RecipientKeys keys = keys(Duration.ofHours(1), 3)) {
      RecipientKey first = keys.take(Deadline.in(PATIENCE));
      assertThat(keys.take(Deadline.in(PATIENCE))).isSameAs(first);
      assertThat(keys.take(Deadline.in(PATIENCE))).isSameAs(first);
      assertThat(keys.take(Deadline.in(PATIENCE))).isNotSameAs(first);
    }
  }

  @Test
  void aPairIsDroppedWhenItsTimeIsUp() throws Exception {
    try (RecipientKeys keys = keys(Duration.ofMillis(1), 1_000_000)) {
      Deadline patience = Deadline.in(PATIENCE);
      RecipientKey first = keys.take(patience);
      RecipientKey next = keys.take(patience);
      while (next == first && !patience.passed()) {
        next = keys.take(patience);
      }
      assertThat(next).isNotSameAs(first);
    }
  }

  @Test
  void pairsAreAllDifferent() throws Exception {
    try (RecipientKeys keys = keys(Duration.ofHours(1), 1)) {
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        byte[] spki = keys.take(Deadline.in(PATIENCE)).subjectPublicKeyInfo();
        assertThat(seen.add(java.util.HexFormat.of().formatHex(spki))).isTrue();
      }
    }
  }

  @Test
  void whoeverCannotWaitForAPairIsTurnedAway() throws Exception {
    try (RecipientKeys keys = keys(Duration.ofHours(1), 1)) {
      keys.take(Deadline.in(PATIENCE));
      keys.take(Deadline.in(PATIENCE));
      assertThatThrownBy(() -> keys.take(Deadline.in(Duration.ZERO)))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.refusal()).isEqualTo(Refusal.OVERLOADED));
    }
  }
}
