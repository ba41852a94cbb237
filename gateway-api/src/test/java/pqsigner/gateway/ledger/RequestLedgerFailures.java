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

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import pqsigner.events.ErrorCode;

/// What every ledger does with a request that failed: kept, told, listed, put back to work.
abstract class RequestLedgerFailures extends RequestLedgerContract {

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

  private void fail(String requestId, ErrorCode code, Instant at) {
    ledger().accept(sign(requestId));
    ledger().complete(key(requestId), digest("hello"), new Outcome.Failed(code, 3, at));
  }

  private List<String> listed(FailedFilter filter) {
    return ledger().failed(filter, null, 1000).entries().stream()
        .map(LedgerEntry::requestId)
        .toList();
  }
}
