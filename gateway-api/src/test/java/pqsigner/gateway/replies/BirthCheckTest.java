package pqsigner.gateway.replies;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.ledger.Entries.NOW;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.attestation.nitro.RejectionReason;
import pqsigner.attestation.nitro.Verification;
import pqsigner.events.Algorithm;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Entries;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestContent;

/// Births that a Nitro host's owner could put together from genuine ones.
final class BirthCheckTest {
  private static final InstantSource CLOCK = InstantSource.fixed(NOW.plusSeconds(2));
  private static final Request ASKED = Entries.generate("r-1", "u");

  private static Births births;

  @BeforeAll
  static void makeChain(@TempDir Path folder) throws IOException {
    births = new Births(folder.resolve("pki"), NOW.minus(Duration.ofHours(1)));
  }

  private static void assertTaken(RegisteredKey key) {
    assertThat(births.check(CLOCK).verify(key, ASKED)).isInstanceOf(Verification.Verified.class);
  }

  private static void assertRefused(RegisteredKey key, RejectionReason reason) {
    assertRefused(births.check(CLOCK).verify(key, ASKED), reason);
  }

  private static void assertRefused(Verification verification, RejectionReason reason) {
    assertThat(verification)
        .isInstanceOfSatisfying(
            Verification.Rejected.class, r -> assertThat(r.reason()).isEqualTo(reason));
  }

  @Test
  void aBirthForThisRequestInTheRecordAboutToBeStoredIsTaken() {
    assertTaken(births.born(ASKED, 1, NOW.plusSeconds(1)));
  }

  @Test
  void thePublicKeyOfOneBirthIsNotTakenWithTheSealedSeedOfAnother() {
    RegisteredKey a = births.born(ASKED, 1, NOW);
    RegisteredKey b = births.born(ASKED, 2, NOW);
    assertTaken(a);
    assertTaken(b);

    assertRefused(Births.hostage(a, b), RejectionReason.USER_DATA_MISMATCH);
    assertRefused(Births.hostage(a, Births.key(ASKED, 3)), RejectionReason.USER_DATA_MISMATCH);
  }

  @Test
  void aBirthOfAnotherRequestIsNotTakenThoughItShowsTheNonceOfThisOne() {
    Request other = Entries.generate("r-2", "u");
    RegisteredKey key = Births.key(other, 1);

    RegisteredKey replayed =
        Births.with(key, births.attest(Births.statement(key), Births.nonce(ASKED), NOW));

    assertRefused(replayed, RejectionReason.USER_DATA_MISMATCH);
  }

  @Test
  void theBirthOfOneVersionIsNotTakenAsAnother() {
    Request second = Entries.rotate("r", "u", 2);
    assertThat(births.check(CLOCK).verify(births.born(second, 1, NOW), second))
        .isInstanceOf(Verification.Verified.class);
    for (Request other : List.of(ASKED, Entries.rotate("r", "u", 3))) {
      RegisteredKey key = Births.key(other, 1);
      RegisteredKey moved =
          Births.with(
              Births.key(second, 1),
              births.attest(Births.statement(key), Births.nonce(second), NOW));

      assertThat(births.check(CLOCK).verify(moved, second))
          .isInstanceOfSatisfying(
              Verification.Rejected.class,
              rejected ->
                  assertThat(rejected.reason()).isEqualTo(RejectionReason.USER_DATA_MISMATCH));
    }
  }

  @Test
  void aBirthThatShowsAnotherNonceOrNoneIsNotTaken() {
    RegisteredKey key = Births.key(ASKED, 1);

    for (byte[] nonce : new byte[][] {null, new byte[32], new byte[31]}) {
      assertRefused(
          Births.with(key, births.attest(Births.statement(key), nonce, NOW)),
          RejectionReason.NONCE_MISMATCH);
    }
  }

  @Test
  void aStatementOfTheFirstVersionIsNotTakenForANewKey() {
    RegisteredKey key = Births.key(ASKED, 1);

    assertRefused(
        Births.with(key, births.attest(Births.statementV1(key), Births.nonce(ASKED), NOW)),
        RejectionReason.USER_DATA_MISMATCH);
  }

  @Test
  void aBirthIsFromTheTimeBetweenTheRequestAndNow() {
    Duration skew = Births.skew();
    assertTaken(births.born(ASKED, 1, NOW.minus(skew)));
    assertTaken(births.born(ASKED, 1, CLOCK.instant().plus(skew)));

    assertRefused(births.born(ASKED, 1, NOW.minus(skew).minusMillis(1)), RejectionReason.STALE);
    assertRefused(
        births.born(ASKED, 1, CLOCK.instant().plus(skew).plusMillis(1)),
        RejectionReason.FROM_THE_FUTURE);
  }

  /// Longer than the real module's certificates live.
  @Test
  void aReplyMayHaveWaitedForDays() {
    InstantSource days = InstantSource.fixed(NOW.plus(Duration.ofDays(6)));

    assertThat(births.check(days).verify(births.born(ASKED, 1, NOW), ASKED))
        .isInstanceOf(Verification.Verified.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 16})
  void everyRegisterOfTheImageCounts(int index) {
    assertRefused(bornWith(index), RejectionReason.IMAGE_NOT_ALLOWED);
  }

  @Test
  void theRoleOfTheHostCounts() {
    assertRefused(bornWith(3), RejectionReason.PCR_MISMATCH);
  }

  @Test
  void registersOfTwoAllowedImagesDoNotMakeAThird() {
    Map<Integer, byte[]> other = Births.registers();
    other.replaceAll((index, _) -> Births.register("other " + index));
    Map<Integer, byte[]> mixed = Births.registers();
    mixed.put(2, Births.register("other 2"));
    RegisteredKey key = Births.key(ASKED, 1);
    RegisteredKey born =
        Births.with(key, births.attest(mixed, Births.statement(key), Births.nonce(ASKED), NOW));
    BirthCheck check =
        births.check(CLOCK, List.of(Births.image(Births.registers()), Births.image(other)));

    assertRefused(check.verify(born, ASKED), RejectionReason.IMAGE_NOT_ALLOWED);
    assertThat(check.verify(births.born(ASKED, 1, NOW), ASKED))
        .isInstanceOf(Verification.Verified.class);
  }

  @Test
  void aRequestThatHasNoNonceTakesNoBirth() {
    Request asked = ASKED.making("u", Algorithm.ML_DSA_65, 1, RequestContent.toGenerate(null));
    RegisteredKey key = Births.key(asked, 1);

    assertRefused(
        births
            .check(CLOCK)
            .verify(Births.with(key, births.attest(Births.statement(key), null, NOW)), asked),
        RejectionReason.NONCE_MISMATCH);
  }

  private static RegisteredKey bornWith(int otherRegister) {
    Map<Integer, byte[]> registers = Births.registers();
    registers.put(otherRegister, Births.register("something else"));
    RegisteredKey key = Births.key(ASKED, 1);
    return Births.with(
        key, births.attest(registers, Births.statement(key), Births.nonce(ASKED), NOW));
  }
}
