package pqsigner.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pqsigner.gateway.admission.CommandField.ALG;
import static pqsigner.gateway.admission.CommandField.MU;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.LedgerUnavailableException;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.queue.QueueUnavailableException;

class AdmitRequestTest extends AdmissionFixture {

  @Test
  void aSignatureIsRecordedAndThenQueuedWithItsKey() {
    Admission admission = admit(OWNER, sign("id", "wallet", null));

    assertThat(admission).isInstanceOf(Admission.Accepted.class);
    LedgerEntry entry = row("id");
    assertThat(entry.state()).isEqualTo(RequestState.ACCEPTED);
    assertThat(entry.request().algorithm()).as("the key's").isEqualTo(Algorithm.ML_DSA_65);
    assertThat(queue.jobs).hasSize(1);
    assertThat(queue.jobs.getFirst().entry().requestId()).isEqualTo("id");
    assertThat(queue.jobs.getFirst().key()).isNotNull();
    assertThat(queue.jobs.getFirst().replyPartition()).isEqualTo(3);
  }

  @Test
  void aUserIdIsMintedOnceForARequest() {
    LedgerEntry first = accepted(admit(OWNER, keyGeneration("id", "")));
    LedgerEntry again = accepted(admit(OWNER, keyGeneration("id", "")));

    assertThat(UUID.fromString(String.valueOf(first.request().userId())).version()).isEqualTo(4);
    assertThat(again.request().userId()).isEqualTo(first.request().userId());
    assertThat(queue.jobs).hasSize(1);
  }

  @Test
  void aRepetitionIsNotQueuedAgain() {
    admit(OWNER, sign("id", "wallet", null));
    assertThat(admit(OWNER, sign("id", "wallet", null)))
        .isInstanceOfSatisfying(
            Admission.Accepted.class,
            accepted -> assertThat(accepted.how()).isEqualTo(Admission.How.REPEATED));
    assertThat(queue.jobs).hasSize(1);
  }

  @Test
  void muIsRefusedWhereItIsSwitchedOffAndNothingIsRecorded() {
    keys.register(key("custodian-b", "wallet", Algorithm.ML_DSA_65));
    Requester other = Requester.overKafka("custodian-b", 3, null, NOW);
    CommandFields mu = sign("id", "wallet", null, MU, new byte[64]);

    refused(admit(other, mu), ErrorCode.FORBIDDEN);
    assertThat(ledger.find(new RequestKey("custodian-b", "id"))).isEmpty();
    accepted(admit(OWNER, mu));
    accepted(admit(other, sign("message", "wallet", null)));
    assertThat(queue.jobs).hasSize(2);
  }

  @Test
  void otherContentUnderTheSameIdIsAConflict() {
    admit(OWNER, sign("id", "wallet", null));
    assertThat(admit(OWNER, keyGeneration("id", ""))).isInstanceOf(Admission.Conflict.class);
  }

  @Test
  void aConflictIsOneEvenIfTheNewContentWouldBeRefusedAnyway() {
    admit(OWNER, sign("id", "wallet", null));
    assertThat(admit(OWNER, sign("id", "nobody", null))).isInstanceOf(Admission.Conflict.class);
    assertThat(admit(OWNER, keyGeneration("id", "wallet"))).isInstanceOf(Admission.Conflict.class);
  }

  @Test
  void anotherCustodiansRequestAndKeyAreUnknown() {
    admit(OWNER, sign("id", "wallet", null));
    Requester other = Requester.overHttp("custodian-b", -1, null);

    refused(admit(other, sign("id", "wallet", null)), ErrorCode.UNKNOWN_USER);
    assertThat(admit(other, keyGeneration("id", "wallet"))).isInstanceOf(Admission.Accepted.class);
  }

  @Test
  void aRefusalLeavesTheIdFree() {
    refused(admit(OWNER, sign("id", "nobody", null)), ErrorCode.UNKNOWN_USER);
    assertThat(ledger.find(new RequestKey("custodian-a", "id"))).isEmpty();
    assertThat(admit(OWNER, sign("id", "wallet", null))).isInstanceOf(Admission.Accepted.class);
  }

  @Test
  void aKeyIsNotGeneratedTwiceButItsRequestStillAnswers() {
    LedgerEntry entry = accepted(admit(OWNER, keyGeneration("id", "new")));
    ledger.completeGeneration(
        entry.key(), entry.request().digest(), key("custodian-a", "new", Algorithm.ML_DSA_44));

    assertThat(admit(OWNER, keyGeneration("id", "new"))).isInstanceOf(Admission.Finished.class);
    refused(admit(OWNER, keyGeneration("other", "new")), ErrorCode.KEY_ALREADY_EXISTS);
  }

  @Test
  void everyKeyGenerationGetsANonceOfItsOwnAndKeepsItWhenItIsRepeated() {
    byte[] one = nonce(accepted(admit(OWNER, keyGeneration("id-1", "one"))));
    byte[] two = nonce(accepted(admit(OWNER, keyGeneration("id-2", "two"))));
    byte[] again = nonce(accepted(admit(OWNER, keyGeneration("id-1", "one"))));

    assertThat(one).hasSize(32).isNotEqualTo(two).isNotEqualTo(new byte[32]).isEqualTo(again);
    assertThat(
            Objects.requireNonNull(
                    accepted(admit(OWNER, sign("s", "wallet", null))).request().content())
                .birthNonce())
        .isNull();
  }

  private static byte[] nonce(LedgerEntry entry) {
    return Objects.requireNonNull(Objects.requireNonNull(entry.request().content()).birthNonce());
  }

  @Test
  void aFinishedRequestAnswersPastItsDeadline() {
    Instant deadline = NOW.plusSeconds(5);
    LedgerEntry entry = accepted(admit(OWNER, sign("id", "wallet", deadline)));
    ledger.complete(entry.key(), entry.request().digest(), new Outcome.Signed(new byte[] {7}, NOW));
    now = deadline.plusSeconds(60);

    assertThat(admit(OWNER, sign("id", "wallet", deadline)))
        .isInstanceOfSatisfying(
            Admission.Finished.class,
            finished -> assertThat(finished.entry().state()).isEqualTo(RequestState.SIGNED));
    refused(admit(OWNER, sign("new", "wallet", deadline)), ErrorCode.DEADLINE_EXCEEDED);
  }

  @Test
  void theMomentOfTheDeadlineIsStillInTime() {
    assertThat(admit(OWNER, sign("at", "wallet", NOW))).isInstanceOf(Admission.Accepted.class);
    refused(admit(OWNER, sign("after", "wallet", NOW.minusNanos(1))), ErrorCode.DEADLINE_EXCEEDED);
  }

  @Test
  void aLaterDeadlineIsNotAnotherRequest() {
    accepted(admit(OWNER, sign("id", "wallet", NOW.plusSeconds(5))));
    LedgerEntry again = accepted(admit(OWNER, sign("id", "wallet", NOW.plusSeconds(50))));
    assertThat(again.request().deadline()).as("the first stands").isEqualTo(NOW.plusSeconds(5));
  }

  @Test
  void anAlgorithmThatIsNotTheKeysIsUnsupported() {
    CommandFields wrong = sign("id", "wallet", null).with(ALG, "ML-DSA-44");
    refused(admit(OWNER, wrong), ErrorCode.UNSUPPORTED_ALGORITHM);
  }

  @Test
  void aRequestThatCannotBeQueuedIsAcceptedAllTheSame() {
    AdmitRequest withoutQueue =
        admitRequest(
            (_, _, _) -> {
              throw new QueueUnavailableException("no broker", new IllegalStateException());
            });

    assertThat(admit(withoutQueue, OWNER, sign("id", "wallet", null)))
        .isInstanceOf(Admission.Accepted.class);
    assertThat(ledger.find(new RequestKey("custodian-a", "id"))).isPresent();
    assertThat(registry.get("pq.signer.gateway.admission.deferred").counter().count()).isEqualTo(1);
  }

  @Test
  void everyDecisionIsCountedOnce() {
    admit(OWNER, sign("id", "wallet", null));
    admit(OWNER, sign("id", "wallet", null));
    admit(OWNER, sign("x", "nobody", null));
    admit(OWNER, keyGeneration("id", ""));
    AdmitRequest broken =
        admitRequest(
            (_, _, _) -> {
              throw new LedgerUnavailableException("down");
            });
    assertThatThrownBy(() -> admit(broken, OWNER, sign("y", "wallet", null)))
        .isInstanceOf(LedgerUnavailableException.class);

    assertThat(counted("accepted")).isEqualTo(1);
    assertThat(counted("repeated")).isEqualTo(1);
    assertThat(counted("unknown_user")).isEqualTo(1);
    assertThat(counted("request_id_conflict")).isEqualTo(1);
    assertThat(counted("unavailable")).isEqualTo(1);
  }

  @Test
  void manyCallersWithOneIdMakeOneRequest() throws Exception {
    int callers = 32;
    CyclicBarrier start = new CyclicBarrier(callers);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Admission>> admissions = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        boolean other = i % 2 == 1;
        admissions.add(
            threads.submit(
                () -> {
                  start.await();
                  return admit(OWNER, other ? keyGeneration("id", "") : sign("id", "wallet", null));
                }));
      }
      int fresh = 0;
      int conflicts = 0;
      for (Future<Admission> admission : admissions) {
        switch (admission.get()) {
          case Admission.Accepted accepted ->
              fresh += accepted.how() == Admission.How.FRESH ? 1 : 0;
          case Admission.Conflict() -> conflicts++;
          case Admission other -> throw new AssertionError(other);
        }
      }
      assertThat(fresh).isEqualTo(1);
      assertThat(conflicts).isEqualTo(callers / 2);
    }
    assertThat(queue.jobs).hasSize(1);
  }
}
