package pqsigner.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.ledger.Entries.NOW;
import static pqsigner.gateway.ledger.Entries.digest;
import static pqsigner.gateway.ledger.Entries.key;
import static pqsigner.gateway.ledger.Entries.sign;
import static pqsigner.gateway.ledger.Entries.signed;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import pqsigner.events.ErrorCode;

/// What every ledger does for the sweeper: rows are due, claimed by one, queued again, settled.
abstract class RequestLedgerSweeps extends RequestLedgerFailures {

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

    Completion completion =
        ledger().end(key(id), digest("hello"), new Outcome.Expired(NOW.plusSeconds(11)));

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
}
