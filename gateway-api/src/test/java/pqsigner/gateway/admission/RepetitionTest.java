package pqsigner.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.keys.InMemoryKeyRegistry;
import pqsigner.gateway.ledger.Completion;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.Replay;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.queue.JobQueue;

/// The owner's repetition of a failed request puts it back to work; an echo of the command does
/// not.
class RepetitionTest extends AdmissionFixture {

  @Test
  void theOwnersRepetitionPutsAFailedRequestBackToWork() {
    failed("id", null);
    now = NOW.plusSeconds(60);

    Admission again = admit(OWNER, sign("id", "wallet", null));

    assertThat(again)
        .isInstanceOfSatisfying(
            Admission.Accepted.class,
            accepted -> assertThat(accepted.how()).isEqualTo(Admission.How.REOPENED));
    LedgerEntry entry = row("id");
    assertThat(entry.state()).isEqualTo(RequestState.ACCEPTED);
    assertThat(entry.progress().replayTrail()).containsExactly(Replay.byOwner(now));
    assertThat(queue.jobs).hasSize(2);
    assertThat(queue.jobs.getLast().replyPartition()).isEqualTo(3);
    assertThat(admit(OWNER, sign("id", "wallet", null)))
        .as("only once for each failure")
        .isInstanceOfSatisfying(
            Admission.Accepted.class,
            accepted -> assertThat(accepted.how()).isEqualTo(Admission.How.REPEATED));
    assertThat(counted("reopened")).isEqualTo(1);
  }

  @Test
  void otherContentPutsNothingBackToWork() {
    failed("id", null);

    assertThat(admit(OWNER, keyGeneration("id", ""))).isInstanceOf(Admission.Conflict.class);
    assertThat(admit(OWNER, sign("id", "nobody", null))).isInstanceOf(Admission.Conflict.class);

    assertThat(row("id").progress().replays()).isZero();
  }

  /// Delivered again by Kafka, as after an offset reset: however often, it asks for nothing new.
  @Test
  void aCommandFromBeforeTheFailureIsAnEchoAndDoesNotCount() {
    failed("id", null);
    now = NOW.plusSeconds(60);

    for (Instant written : List.of(NOW.minusSeconds(5), NOW.minusMillis(1), NOW)) {
      assertThat(admit(command(written), sign("id", "wallet", null)))
          .isInstanceOf(Admission.Failed.class);
    }
    assertThat(row("id").progress().replays()).isZero();
    assertThat(queue.jobs).hasSize(1);

    assertThat(admit(command(NOW.plusMillis(1)), sign("id", "wallet", null)))
        .isInstanceOf(Admission.Accepted.class);
    assertThat(queue.jobs.getLast().replyPartition())
        .as("another topic's, because the request came over HTTP")
        .isEqualTo(JobQueue.ANY_PARTITION);
  }

  @Test
  void aRepetitionOfAnEarlierFailureIsAnEchoOfTheNext() {
    failed("id", null);
    Instant repeated = NOW.plusSeconds(1);
    now = NOW.plusSeconds(2);
    admit(command(repeated), sign("id", "wallet", null));
    fail("id", NOW.plusSeconds(30));

    assertThat(admit(command(repeated), sign("id", "wallet", null)))
        .isInstanceOf(Admission.Failed.class);
    assertThat(row("id").progress().replays()).isEqualTo(1);
  }

  @Test
  void ownerAndOperatorsTogetherPutItBackSoOftenAndNoMore() {
    failed("id", null);
    ledger.replay(row("id"), Replay.byOperator("alice", NOW, null));
    fail("id", NOW.plusMillis(1));
    for (int replays = 1; replays < REPLAYS_MAX; replays++) {
      assertThat(admit(OWNER, sign("id", "wallet", null))).isInstanceOf(Admission.Accepted.class);
      fail("id", NOW.plusSeconds(replays));
    }

    assertThat(admit(OWNER, sign("id", "wallet", null))).isInstanceOf(Admission.Failed.class);
    assertThat(row("id").progress().replays()).isEqualTo(REPLAYS_MAX);
  }

  /// Where it ends as expired: the worker does not ask the enclave for it.
  @Test
  void pastItsDeadlineAFailedRequestGoesBackToWorkToEnd() {
    Instant deadline = NOW.plusSeconds(5);
    failed("id", deadline);
    now = deadline.plusSeconds(60);

    LedgerEntry entry = accepted(admit(OWNER, sign("id", "wallet", deadline)));

    assertThat(entry.request().deadline()).isEqualTo(deadline);
    assertThat(ledger.complete(entry.key(), entry.request().digest(), new Outcome.Expired(now)))
        .isInstanceOf(Completion.Recorded.class);
  }

  @Test
  void aRequestWhoseKeyIsGoneStaysFailedAndCostsNoRepetition() {
    failed("id", null);
    AdmitRequest keyless = admitRequest(new InMemoryKeyRegistry(), queue);

    assertThat(admit(keyless, OWNER, sign("id", "wallet", null)))
        .isInstanceOf(Admission.Failed.class);
    assertThat(row("id").progress().replays()).isZero();
  }

  @Test
  void aFailureThatNobodyWasToldOfIsToldBeforeTheRequestGoesBackToWork() {
    failed("id", null);
    admit(OWNER, sign("id", "wallet", null));
    assertThat(told).extracting(entry -> entry.progress().failure()).containsExactly(1);

    fail("id", NOW.plusSeconds(1));
    ledger.settle(row("id"));
    admit(OWNER, sign("id", "wallet", null));

    assertThat(told).as("who was told is not told again").hasSize(1);
  }

  /// The worker's clock is ahead: its failure still lies before the repetition that follows it.
  @Test
  void anEchoOfTheFailureStaysOneWhenTheWorkersClockIsAhead() {
    accepted(admit(OWNER, sign("id", "wallet", null)));
    fail("id", NOW.plusSeconds(30));
    now = NOW.plusSeconds(1);
    LedgerEntry entry = accepted(admit(OWNER, sign("id", "wallet", null)));

    assertThat(
            ledger.complete(
                entry.key(),
                entry.request().digest(),
                new Outcome.Failed(ErrorCode.KMS_UNAVAILABLE, 3, NOW.plusSeconds(30))))
        .isEqualTo(new Completion.Unrelated());
  }

  private void failed(String id, @Nullable Instant deadline) {
    accepted(admit(OWNER, sign(id, "wallet", deadline)));
    fail(id, NOW);
  }

  private void fail(String id, Instant at) {
    Request request = row(id).request();
    assertThat(
            ledger.complete(
                request.key(),
                request.digest(),
                new Outcome.Failed(ErrorCode.KMS_UNAVAILABLE, 3, at)))
        .isInstanceOf(Completion.Recorded.class);
  }

  private static Requester command(Instant writtenAt) {
    return Requester.overKafka("custodian-a", 1, null, writtenAt);
  }
}
