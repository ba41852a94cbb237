package pqsigner.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static pqsigner.gateway.ledger.Entries.CUSTODIAN;
import static pqsigner.gateway.ledger.Entries.NOW;
import static pqsigner.gateway.ledger.Entries.digest;
import static pqsigner.gateway.ledger.Entries.key;
import static pqsigner.gateway.ledger.Entries.sign;
import static pqsigner.gateway.ledger.Entries.signature;
import static pqsigner.gateway.ledger.Entries.signed;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
            key(id), digest("bad"), null, null, null, 0, null, null, Origin.KAFKA, null, NOW);
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
  void aFailedRequestKeepsItsContentAndIsNotFinished() {
    LedgerEntry entry = failed();

    assertThat(entry.state()).isEqualTo(RequestState.FAILED);
    assertThat(entry.finished()).isFalse();
    assertThat(entry.request().content()).usingRecursiveComparison().isEqualTo(sign(id).content());
    assertThat(entry.outcome())
        .isEqualTo(new Outcome.Failed(ErrorCode.INTERNAL, 3, NOW.plusSeconds(5)));
    assertThat(ledger().complete(key(id), digest("hello"), signed(1)))
        .isInstanceOf(Completion.Superseded.class);
  }

  @Test
  void aFailureStaysPendingUntilItsOwnerWasTold() {
    LedgerEntry failed = failed();

    assertThat(due(NOW.plusSeconds(10))).hasSize(1);
    ledger().settle(failed);

    assertThat(due(NOW.plusSeconds(600))).isEmpty();
    assertThat(found().state()).isEqualTo(RequestState.FAILED);
    assertThat(found().progress().dueAt()).isNull();
  }

  @Test
  void thatItsOwnerWasToldOfOneFailureDoesNotSettleTheNext() {
    LedgerEntry first = failed();
    ledger().replay(first, Replay.byOwner(NOW.plusSeconds(20)));
    ledger().settle(first);
    assertThat(found().progress().dueAt()).as("back at work").isEqualTo(NOW.plusSeconds(30));

    LedgerEntry second = recorded(new Outcome.Failed(ErrorCode.INTERNAL, 1, NOW.plusSeconds(25)));
    ledger().settle(first);

    assertThat(second.progress().failure()).isEqualTo(2);
    assertThat(due(NOW.plusSeconds(30))).hasSize(1);
  }

  @Test
  void aReplayByItsOwnerIsRecordedAsTheOwners() {
    ledger().replay(failed(), Replay.byOwner(NOW.plusSeconds(20)));
    recorded(new Outcome.Failed(ErrorCode.INTERNAL, 3, NOW.plusSeconds(40)));
    ledger().replay(found(), Replay.byOperator("bob", NOW.plusSeconds(50), null));

    assertThat(found().progress().replayTrail())
        .containsExactly(
            Replay.byOwner(NOW.plusSeconds(20)),
            Replay.byOperator("bob", NOW.plusSeconds(50), null));
  }

  @Test
  void aReplayReopensAFailedRequestAndSaysWhoDidIt() {
    LedgerEntry seen = failed();
    Replay replay = Replay.byOperator("alice", NOW.plusSeconds(20), null);

    Replayed replayed = ledger().replay(seen, replay);

    assertThat(replayed).isInstanceOf(Replayed.Reopened.class);
    LedgerEntry entry = found();
    assertThat(((Replayed.Reopened) replayed).entry()).usingRecursiveComparison().isEqualTo(entry);
    assertThat(entry.state()).isEqualTo(RequestState.ACCEPTED);
    assertThat(entry.outcome()).isNull();
    assertThat(entry.progress().replayTrail()).containsExactly(replay);
    assertThat(entry.pendingSince()).isEqualTo(NOW.plusSeconds(20));
    assertThat(entry.progress().dueAt()).isEqualTo(NOW.plusSeconds(30));
    assertThat(recorded(signed(1, NOW.plusSeconds(21))).state()).isEqualTo(RequestState.SIGNED);
  }

  @Test
  void aReplayCountsOnceHoweverOftenItIsSent() {
    LedgerEntry seen = failed();
    Replay replay = Replay.byOperator("alice", NOW.plusSeconds(20), null);
    ledger().replay(seen, replay);

    assertThat(ledger().replay(seen, replay)).isInstanceOf(Replayed.Unchanged.class);
    recorded(new Outcome.Failed(ErrorCode.INTERNAL, 3, NOW.plusSeconds(40)));
    assertThat(ledger().replay(seen, replay)).isInstanceOf(Replayed.Unchanged.class);

    assertThat(found().progress().replays()).isEqualTo(1);
    assertThat(ledger().replay(found(), Replay.byOperator("bob", NOW.plusSeconds(50), null)))
        .isInstanceOf(Replayed.Reopened.class);
    assertThat(found().progress().replayTrail())
        .extracting(Replay::by)
        .containsExactly(new Replay.By.Operator("alice"), new Replay.By.Operator("bob"));
  }

  @Test
  void onlyAFailedRequestCanBeReplayed() {
    LedgerEntry entry = accepted(sign(id));
    Replay replay = Replay.byOperator("alice", NOW, null);

    assertThat(ledger().replay(entry, replay)).isInstanceOf(Replayed.Unchanged.class);
    recorded(signed(1));
    assertThat(ledger().replay(entry, replay)).isInstanceOf(Replayed.Unchanged.class);
    assertThat(signature(found())).isEqualTo(signed(1).signature());
  }

  @Test
  void aFailureFromBeforeTheReplayIsAnEcho() {
    LedgerEntry seen = failed();
    ledger().replay(seen, Replay.byOperator("alice", NOW.plusSeconds(20), null));

    assertThat(
            ledger()
                .complete(
                    key(id),
                    digest("hello"),
                    new Outcome.Failed(ErrorCode.INTERNAL, 3, NOW.plusSeconds(20))))
        .isEqualTo(new Completion.Unrelated());
    assertThat(recorded(new Outcome.Failed(ErrorCode.INTERNAL, 3, NOW.plusSeconds(21))).state())
        .isEqualTo(RequestState.FAILED);
  }

  @Test
  void anExtendedDeadlineHoldsAndIsRecorded() {
    accepted(sign(id, "hello", NOW.plusSeconds(60), Origin.HTTP, NOW));
    LedgerEntry seen = recorded(new Outcome.Failed(ErrorCode.INTERNAL, 3, NOW.plusSeconds(5)));
    Instant extended = NOW.plusSeconds(6000);

    ledger().replay(seen, Replay.byOperator("alice", NOW.plusSeconds(120), extended));

    assertThat(found().request().deadline()).isEqualTo(extended);
    assertThat(found().progress().replayTrail().getFirst().extendedDeadline()).isEqualTo(extended);
    assertThat(
            ledger().complete(key(id), digest("hello"), new Outcome.Expired(NOW.plusSeconds(121))))
        .isEqualTo(new Completion.Unrelated());
    assertThat(recorded(signed(1, NOW.plusSeconds(122))).state()).isEqualTo(RequestState.SIGNED);
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
  void aPendingRowIsDueOnlyAfterItsTime() {
    accepted(sign(id));

    assertThat(due(NOW.plusMillis(9_999))).isEmpty();
    List<PendingRow> due = due(NOW.plusSeconds(10));

    assertThat(due).containsExactly(new PendingRow(key(id), NOW, NOW.plusSeconds(10)));
    assertThat(ledger().pending(NOW, 10).oldest()).isPresent();
  }

  @Test
  void aRowIsClaimedByOneSweeper() {
    accepted(sign(id));
    PendingRow row = due(NOW.plusSeconds(10)).getFirst();

    assertThat(ledger().claim(row, NOW.plusSeconds(30))).isPresent();
    assertThat(ledger().claim(row, NOW.plusSeconds(31))).isEmpty();

    assertThat(found().progress().requeues()).isZero();
    assertThat(found().progress().dueAt()).isEqualTo(NOW.plusSeconds(30));
    assertThat(due(NOW.plusSeconds(29))).isEmpty();
    assertThat(due(NOW.plusSeconds(30))).hasSize(1);
  }

  @Test
  void aClaimedRowIsQueuedAgainOnceAndWaitsTwiceAsLongEachTime() {
    accepted(sign(id));
    List<Duration> waits = new ArrayList<>();
    for (int requeue = 0; requeue < 7; requeue++) {
      LedgerEntry claimed = claimed();
      Instant at = Objects.requireNonNull(claimed.progress().dueAt()).plusSeconds(1);

      LedgerEntry requeued = ledger().requeue(claimed, at).orElseThrow();

      assertThat(ledger().requeue(claimed, at)).as("by another sweeper").isEmpty();
      assertThat(found()).usingRecursiveComparison().isEqualTo(requeued);
      assertThat(requeued.progress().requeues()).isEqualTo(requeue + 1);
      assertThat(requeued.progress().queuedAt()).isEqualTo(at);
      waits.add(Duration.between(at, requeued.progress().dueAt()));
    }
    assertThat(waits)
        .extracting(Duration::toSeconds)
        .containsExactly(10L, 20L, 40L, 80L, 160L, 300L, 300L);
  }

  @Test
  void aRowThatEndedIsNotQueuedAgain() {
    accepted(sign(id));
    LedgerEntry claimed = claimed();
    recorded(signed(1));

    assertThat(ledger().requeue(claimed, NOW.plusSeconds(30))).isEmpty();
    assertThat(found().state()).isEqualTo(RequestState.SIGNED);
  }

  @Test
  void aWronglyAnsweredRequestStaysAcceptedWithoutAJobUntilItIsQueuedAgain() {
    LedgerEntry seen = accepted(sign(id));
    assertThat(seen.progress().queuedAt()).isEqualTo(NOW);

    ledger().askAgain(seen, NOW.plusSeconds(3));
    ledger().askAgain(seen, NOW.plusSeconds(9));

    assertThat(found().state()).isEqualTo(RequestState.ACCEPTED);
    assertThat(found().progress().queuedAt()).isNull();
    assertThat(found().progress().dueAt())
        .as("the second delivery changes nothing")
        .isEqualTo(NOW.plusSeconds(13));
    Instant requeuedAt = NOW.plusSeconds(14);
    LedgerEntry again = ledger().requeue(claimed(), requeuedAt).orElseThrow();
    ledger().askAgain(seen, NOW.plusSeconds(15));
    assertThat(found())
        .as("an old answer says nothing about the new job")
        .usingRecursiveComparison()
        .isEqualTo(again);
    ledger().askAgain(again, NOW.plusSeconds(15));
    assertThat(found().progress().dueAt()).isEqualTo(NOW.plusSeconds(35));
  }

  @Test
  void onlyAPendingRequestIsAskedAgain() {
    LedgerEntry seen = accepted(sign(id));
    LedgerEntry ended = recorded(signed(1));

    ledger().askAgain(seen, NOW.plusSeconds(3));
    ledger().askAgain(ended, NOW.plusSeconds(3));

    assertThat(found()).usingRecursiveComparison().isEqualTo(ended);
    assertThat(due(NOW.plusSeconds(600))).isEmpty();
  }

  @Test
  void aReplayStartsTheCountAnew() {
    accepted(sign(id));
    ledger().requeue(claimed(), NOW.plusSeconds(20));
    LedgerEntry failed = recorded(new Outcome.Failed(ErrorCode.INTERNAL, 3, NOW.plusSeconds(30)));

    ledger().replay(failed, Replay.byOperator("alice", NOW.plusSeconds(60), null));

    assertThat(found().progress().requeues()).isZero();
    assertThat(found().progress().queuedAt()).isEqualTo(NOW.plusSeconds(60));
  }

  private LedgerEntry claimed() {
    PendingRow row = due(NOW.plus(Duration.ofDays(1))).getFirst();
    return ledger().claim(row, row.dueAt().plusSeconds(1)).orElseThrow();
  }

  @Test
  void aFinishedRowCannotBeClaimed() {
    accepted(sign(id));
    PendingRow row = due(NOW.plusSeconds(10)).getFirst();
    recorded(signed(1));

    assertThat(ledger().claim(row, NOW.plusSeconds(30))).isEmpty();
    assertThat(due(NOW.plusSeconds(600))).isEmpty();
    assertThat(found().progress().dueAt()).isNull();
  }

  @Test
  void anExpiryBySweeperStaysPendingUntilItIsPublished() {
    accepted(sign(id, "hello", NOW.plusSeconds(5), Origin.KAFKA, NOW));

    Completion completion = ledger().expire(key(id), digest("hello"), NOW.plusSeconds(11));

    assertThat(completion).isInstanceOf(Completion.Recorded.class);
    assertThat(found().state()).isEqualTo(RequestState.EXPIRED);
    assertThat(due(NOW.plusSeconds(20))).hasSize(1);
    ledger().settle(found());
    assertThat(due(NOW.plusSeconds(20))).isEmpty();
    assertThat(found().state()).isEqualTo(RequestState.EXPIRED);
  }

  @Test
  void settlingLeavesAnAcceptedRowPending() {
    accepted(sign(id));

    ledger().settle(found());

    assertThat(due(NOW.plusSeconds(10))).hasSize(1);
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
  void aDeadLetterIsNotedAtAnUnfinishedRequestOnly() {
    LedgerEntry entry = failed();
    DeadLetter letter = new DeadLetter(2, 77, "kms_unavailable", "throttled", 3, NOW, "0.1.0");

    ledger().noteDeadLetter(key(id), digest("other"), letter);
    assertThat(found().progress().deadLetter()).isNull();
    ledger().noteDeadLetter(key(id), digest("hello"), letter);
    assertThat(found().progress().deadLetter()).isEqualTo(letter);

    ledger().replay(entry, Replay.byOperator("alice", NOW.plusSeconds(20), null));
    recorded(signed(1, NOW.plusSeconds(21)));
    ledger()
        .noteDeadLetter(key(id), digest("hello"), new DeadLetter(0, 0, null, null, 0, null, null));
    assertThat(found().progress().deadLetter()).isEqualTo(letter);
  }

  @Test
  void failedRequestsAreListedLatestFirstByCodeCustodianAndTime() {
    String first = UUID.randomUUID().toString();
    String second = UUID.randomUUID().toString();
    fail(first, ErrorCode.KMS_UNAVAILABLE, NOW.plusSeconds(100));
    fail(second, ErrorCode.INTERNAL, NOW.plusSeconds(200));

    assertThat(listed(FailedFilter.ALL)).containsSubsequence(second, first);
    assertThat(listed(new FailedFilter(ErrorCode.INTERNAL, CUSTODIAN, null, null)))
        .contains(second)
        .doesNotContain(first);
    assertThat(listed(new FailedFilter(null, null, NOW.plusSeconds(100), NOW.plusSeconds(200))))
        .contains(first)
        .doesNotContain(second);
    assertThat(listed(new FailedFilter(null, "custodian-b", null, null))).isEmpty();
    assertThat(listed(new FailedFilter(null, "custodian", null, null))).isEmpty();
    assertThat(ledger().failed(FailedFilter.ALL, null, 1).entries()).hasSize(1);
    ledger()
        .replay(
            ledger().find(key(first)).orElseThrow(),
            Replay.byOperator("alice", NOW.plusSeconds(300), null));
    assertThat(listed(FailedFilter.ALL)).doesNotContain(first);
  }

  /// A whole batch may fail in one millisecond, and a page may end in the middle of it.
  @Test
  void aListIsPagedWithoutGapOrRepetition() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 23; i++) {
      ids.add(UUID.randomUUID().toString());
      fail(ids.getLast(), ErrorCode.ENCLAVE_UNAVAILABLE, NOW.plusSeconds(400 + i / 10));
    }
    FailedFilter filter = new FailedFilter(ErrorCode.ENCLAVE_UNAVAILABLE, CUSTODIAN, null, null);
    List<String> seen = new ArrayList<>();
    String cursor = null;
    do {
      FailedPage page = ledger().failed(filter, cursor, 4);
      assertThat(page.entries()).hasSizeLessThanOrEqualTo(4);
      page.entries().forEach(entry -> seen.add(entry.requestId()));
      cursor = page.next();
    } while (cursor != null);

    assertThat(seen).containsExactlyInAnyOrderElementsOf(ids);
    assertThatExceptionOfType(InvalidCursorException.class)
        .isThrownBy(() -> ledger().failed(filter, "bm90IG9uZQ", 4));
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

  private void fail(String requestId, ErrorCode code, Instant at) {
    ledger().accept(sign(requestId));
    ledger().complete(key(requestId), digest("hello"), new Outcome.Failed(code, 3, at));
  }

  private List<String> listed(FailedFilter filter) {
    return ledger().failed(filter, null, 1000).entries().stream()
        .map(LedgerEntry::requestId)
        .toList();
  }

  List<PendingRow> due(Instant now) {
    return ledger().pending(now, 10_000).due().stream()
        .filter(row -> row.key().equals(key(id)))
        .toList();
  }
}
