package pqsigner.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.ledger.Entries.CUSTODIAN;
import static pqsigner.gateway.ledger.Entries.NOW;
import static pqsigner.gateway.ledger.Entries.digest;
import static pqsigner.gateway.ledger.Entries.key;
import static pqsigner.gateway.ledger.Entries.sign;
import static pqsigner.gateway.ledger.Entries.signature;
import static pqsigner.gateway.ledger.Entries.signed;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.keys.RegisteredKey;

/// What every ledger does. Ids are new for each test, so that a store may be shared.
abstract class RequestLedgerContract {

  final TestClock clock = new TestClock();

  final String id = UUID.randomUUID().toString();

  abstract RequestLedger ledger();

  abstract KeyRegistry keys();

  LedgerEntry accepted(Request request) {
    assertThat(ledger().accept(request)).isInstanceOf(Acceptance.Fresh.class);
    return found();
  }

  LedgerEntry found() {
    return ledger().find(key(id)).orElseThrow();
  }

  LedgerEntry recorded(Outcome outcome) {
    Completion completion = ledger().complete(key(id), digest("hello"), outcome);
    assertThat(completion).isInstanceOf(Completion.Recorded.class);
    return ((Completion.Recorded) completion).entry();
  }

  LedgerEntry failed() {
    accepted(sign(id));
    return recorded(new Outcome.Failed(ErrorCode.INTERNAL, 3, NOW.plusSeconds(5)));
  }

  @Test
  void anAcceptedRequestIsFoundAsItWasAccepted() {
    Request request = sign(id, "hello", NOW.plusSeconds(60), Origin.KAFKA, NOW);

    LedgerEntry entry = accepted(request);

    assertThat(entry.state()).isEqualTo(RequestState.ACCEPTED);
    assertThat(entry)
        .usingRecursiveComparison()
        .isEqualTo(new LedgerTransitions(Entries.POLICY).accepted(request));
  }

  @Test
  void messageAndMuAndNeitherSurviveTheStore() {
    RequestContent[] contents = {
      RequestContent.toSign(new byte[0], null, new byte[0]),
      RequestContent.toSign(null, new byte[64], new byte[255]),
      RequestContent.toSign(new byte[65_536], null, new byte[0])
    };
    for (RequestContent content : contents) {
      RequestKey key = key(UUID.randomUUID().toString());
      Request request =
          new Request(
              key,
              digest("x"),
              RequestType.SIGN,
              "ü ☃/\u0000",
              Algorithm.ML_DSA_87,
              3,
              2,
              content,
              null,
              Origin.HTTP,
              null,
              NOW);
      ledger().accept(request);

      assertThat(ledger().find(key).orElseThrow().request())
          .usingRecursiveComparison()
          .isEqualTo(request);
    }
  }

  @Test
  void theSameRequestAgainIsKnown() {
    accepted(sign(id));

    Acceptance again = ledger().accept(sign(id, "hello", null, Origin.KAFKA, NOW.plusSeconds(3)));

    assertThat(again).isInstanceOf(Acceptance.Known.class);
    LedgerEntry entry = ((Acceptance.Known) again).entry();
    assertThat(entry.request().acceptedAt()).isEqualTo(NOW);
    assertThat(entry.request().origin()).isEqualTo(Origin.HTTP);
  }

  @Test
  void theFirstDeadlineStands() {
    accepted(sign(id, "hello", NOW.plusSeconds(60), Origin.HTTP, NOW));

    ledger().accept(sign(id, "hello", NOW.plusSeconds(600), Origin.HTTP, NOW));

    assertThat(found().request().deadline()).isEqualTo(NOW.plusSeconds(60));
  }

  @Test
  void otherContentUnderTheSameIdIsAConflict() {
    accepted(sign(id));

    assertThat(ledger().accept(sign(id, "other", null, Origin.HTTP, NOW)))
        .isEqualTo(new Acceptance.Conflict());
    assertThat(found().request().digest()).isEqualTo(digest("hello"));
  }

  @Test
  void anotherCustodiansIdIsAnotherRequest() {
    accepted(sign(id));

    assertThat(ledger().find(new RequestKey("custodian-b", id))).isEmpty();
    assertThat(ledger().complete(new RequestKey("custodian-b", id), digest("hello"), signed(1)))
        .isEqualTo(new Completion.Unrelated());
  }

  @Test
  void anOutcomeIsRecordedWholeAndTheContentIsForgotten() {
    accepted(sign(id));

    LedgerEntry entry = recorded(signed(1));

    assertThat(entry.state()).isEqualTo(RequestState.SIGNED);
    assertThat(entry.request().content()).isNull();
    assertThat(entry.progress().dueAt()).isNull();
    assertThat(found()).usingRecursiveComparison().isEqualTo(entry);
    assertThat(signature(found())).isEqualTo(signed(1).signature());
  }

  @Test
  void aSecondResultNeverReplacesTheFirst() {
    accepted(sign(id));
    recorded(signed(1));

    for (Outcome later :
        List.of(
            signed(2),
            new Outcome.Refused(ErrorCode.KMS_DENIED, null, NOW),
            new Outcome.Failed(ErrorCode.INTERNAL, 3, NOW))) {
      Completion completion = ledger().complete(key(id), digest("hello"), later);

      assertThat(completion).isInstanceOf(Completion.Superseded.class);
      assertThat(signature(((Completion.Superseded) completion).entry()))
          .isEqualTo(signed(1).signature());
    }
    assertThat(signature(found())).isEqualTo(signed(1).signature());
  }

  @Test
  void anOutcomeForOtherContentIsUnrelated() {
    accepted(sign(id));

    assertThat(ledger().complete(key(id), digest("other"), signed(1)))
        .isEqualTo(new Completion.Unrelated());
    assertThat(ledger().complete(key("never-seen"), digest("hello"), signed(1)))
        .isEqualTo(new Completion.Unrelated());
    assertThat(found().state()).isEqualTo(RequestState.ACCEPTED);
  }

  @Test
  void aFinishedRequestIsKnownWithItsResultEvenPastItsDeadline() {
    accepted(sign(id, "hello", NOW.plusSeconds(2), Origin.HTTP, NOW));
    recorded(signed(1));
    clock.advance(Duration.ofDays(1));

    Acceptance again = ledger().accept(sign(id, "hello", null, Origin.HTTP, clock.instant()));

    assertThat(again).isInstanceOf(Acceptance.Known.class);
    assertThat(signature(((Acceptance.Known) again).entry())).isEqualTo(signed(1).signature());
  }

  @Test
  void whatWasSignedTooLateIsExpiredAndNotReleased() {
    Instant deadline = NOW.plusSeconds(60);
    accepted(sign(id, "hello", deadline, Origin.HTTP, NOW));

    LedgerEntry entry = recorded(signed(1, deadline.plusMillis(1)));

    assertThat(entry.outcome()).isEqualTo(new Outcome.Expired(deadline.plusMillis(1)));
    assertThat(found().state()).isEqualTo(RequestState.EXPIRED);
  }

  @Test
  void whatWasSignedAtTheDeadlineIsInTime() {
    Instant deadline = NOW.plusSeconds(60);
    accepted(sign(id, "hello", deadline, Origin.HTTP, NOW));

    assertThat(recorded(signed(1, deadline)).state()).isEqualTo(RequestState.SIGNED);
  }

  @Test
  void anExpiryBeforeTheDeadlineDoesNotCount() {
    accepted(sign(id, "hello", NOW.plusSeconds(60), Origin.HTTP, NOW));

    assertThat(
            ledger().complete(key(id), digest("hello"), new Outcome.Expired(NOW.plusSeconds(59))))
        .isEqualTo(new Completion.Unrelated());
    assertThat(recorded(new Outcome.Expired(NOW.plusSeconds(60))).state())
        .isEqualTo(RequestState.EXPIRED);
  }

  @Test
  void aRequestWithoutADeadlineCannotExpire() {
    accepted(sign(id));

    assertThat(ledger().complete(key(id), digest("hello"), new Outcome.Expired(NOW)))
        .isEqualTo(new Completion.Unrelated());
  }

  @Test
  void aRefusedCommandIsRecordedFinished() {
    Request command =
        new Request(
            key(id), digest("bad"), null, null, null, 0, 0, null, null, Origin.KAFKA, null, NOW);
    Outcome refused = new Outcome.Refused(ErrorCode.MALFORMED_REQUEST, "no alg", NOW);

    assertThat(ledger().refuse(command, refused)).isInstanceOf(Acceptance.Fresh.class);

    LedgerEntry entry = found();
    assertThat(entry.state()).isEqualTo(RequestState.REFUSED);
    assertThat(entry.outcome()).isEqualTo(refused);
    assertThat(entry.request()).usingRecursiveComparison().isEqualTo(command);
    assertThat(ledger().refuse(command, refused)).isInstanceOf(Acceptance.Known.class);
    assertThat(ledger().accept(sign(id))).isEqualTo(new Acceptance.Conflict());
  }

  @Test
  void aKeyAndTheCompletionOfItsRequestAreRecordedTogether() {
    String user = "user-" + id;
    accepted(Entries.generate(id, user));
    RegisteredKey key = Entries.key(user, 1);

    Completion completion = ledger().completeGeneration(key(id), digest("generate " + user), key);

    assertThat(completion).isInstanceOf(Completion.Recorded.class);
    LedgerEntry entry = ((Completion.Recorded) completion).entry();
    assertThat(entry.outcome()).usingRecursiveComparison().isEqualTo(Outcome.Generated.of(key));
    assertThat(keys().current(CUSTODIAN, user).orElseThrow())
        .usingRecursiveComparison()
        .isEqualTo(key);
    assertThat(
            ledger().completeGeneration(key(id), digest("generate " + user), Entries.key(user, 2)))
        .isInstanceOf(Completion.Superseded.class);
    assertThat(keys().versions(CUSTODIAN, user)).hasSize(1);
    assertThat(keys().current("custodian-b", user)).isEmpty();
  }

  @Test
  void aBirthNonceIsKeptUntilItsRequestEnds() {
    String user = "user-" + id;

    LedgerEntry pending = accepted(Entries.generate(id, user));

    assertThat(Objects.requireNonNull(found().request().content()).birthNonce())
        .isEqualTo(Entries.birthNonce(id));
    ledger().completeGeneration(key(id), pending.request().digest(), Entries.key(user, 1));
    assertThat(found().request().content()).isNull();
  }

  @Test
  void aKeyOfTheFirstBirthStatementHasNeitherRequestNorSealedRecordToTell() {
    String user = "user-" + id;
    accepted(Entries.generate(id, user));
    RegisteredKey key = Entries.key(user, 1);
    RegisteredKey old =
        new RegisteredKey(
            key.custodian(),
            key.userId(),
            key.algorithm(),
            key.version(),
            key.publicKey(),
            key.encryptedDataKey(),
            key.wrappedSeed(),
            key.birthAttestation(),
            key.createdAt());

    ledger().completeGeneration(key(id), digest("generate " + user), old);

    assertThat(keys().current(CUSTODIAN, user).orElseThrow())
        .usingRecursiveComparison()
        .isEqualTo(old);
    assertThat(found().outcome())
        .isInstanceOfSatisfying(
            Outcome.Generated.class,
            generated -> {
              assertThat(generated.birthAttestation()).isEqualTo(old.birthAttestation());
              assertThat(generated.sealedKeySha256()).isNull();
            });
  }

  @Test
  void losingTheRaceForAKeyRefusesTheRequestAndLeavesTheKey() {
    String user = "user-" + id;
    accepted(Entries.generate(id, user));
    String loser = UUID.randomUUID().toString();
    ledger().accept(Entries.generate(loser, user));
    ledger().completeGeneration(key(id), digest("generate " + user), Entries.key(user, 1));

    Completion completion =
        ledger().completeGeneration(key(loser), digest("generate " + user), Entries.key(user, 2));

    assertThat(completion).isInstanceOf(Completion.Recorded.class);
    assertThat(((Completion.Recorded) completion).entry().outcome())
        .isEqualTo(new Outcome.Refused(ErrorCode.KEY_ALREADY_EXISTS, null, NOW.plusSeconds(1)));
    assertThat(keys().current(CUSTODIAN, user).orElseThrow().publicKey())
        .isEqualTo(Entries.key(user, 1).publicKey());
  }

  @Test
  void aKeyForNoRequestIsNotRegistered() {
    String user = "user-" + id;

    assertThat(
            ledger().completeGeneration(key(id), digest("generate " + user), Entries.key(user, 1)))
        .isEqualTo(new Completion.Unrelated());
    accepted(Entries.generate(id, user));
    assertThat(ledger().completeGeneration(key(id), digest("other"), Entries.key(user, 1)))
        .isEqualTo(new Completion.Unrelated());

    assertThat(keys().current(CUSTODIAN, user)).isEmpty();
  }

  @Test
  void askingOverKafkaIsRememberedBeforeAndAfterTheEnd() {
    accepted(sign(id));

    assertThat(ledger().askedOverKafka(key(id)).orElseThrow().request().origin())
        .isEqualTo(Origin.KAFKA);
    LedgerEntry entry = recorded(signed(1));

    assertThat(entry.request().origin()).isEqualTo(Origin.KAFKA);
    assertThat(ledger().askedOverKafka(key(id)).orElseThrow().finished()).isTrue();
    assertThat(ledger().askedOverKafka(key("never-seen"))).isEmpty();
  }

  @Test
  void afterItsRetentionAResultIsGoneAndItsIdIsBurnt() {
    accepted(sign(id));
    recorded(signed(1, NOW));
    clock.advance(Entries.POLICY.resultRetention().minusMillis(1));
    assertThat(ledger().find(key(id))).isPresent();

    clock.advance(Duration.ofMillis(1));

    assertThat(ledger().find(key(id))).isEmpty();
    assertThat(ledger().accept(sign(id))).isEqualTo(new Acceptance.Conflict());
  }

  @Test
  void anUnfinishedRequestIsKeptForEver() {
    failed();
    clock.advance(Duration.ofDays(5000));

    assertThat(found().state()).isEqualTo(RequestState.FAILED);
  }

  List<PendingRow> due(Instant now) {
    return ledger().pending(now, 10_000).due().stream()
        .filter(row -> row.key().equals(key(id)))
        .toList();
  }
}
