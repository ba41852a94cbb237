package pqsigner.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.keys.InMemoryKeyRegistry;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Completion;
import pqsigner.gateway.ledger.InMemoryRequestLedger;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.LedgerPolicy;
import pqsigner.gateway.ledger.LedgerUnavailableException;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.Replay;
import pqsigner.gateway.ledger.ReplayLimit;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.ledger.RequestType;
import pqsigner.gateway.queue.BackToWork;
import pqsigner.gateway.queue.JobQueue;
import pqsigner.gateway.queue.QueueUnavailableException;

class AdmitRequestTest {

  private static final Instant NOW = Instant.parse("2026-11-23T21:00:00Z");
  private static final Asker ASKER = Asker.caller("custodian-a", 3, null);
  private static final int REPLAYS_MAX = 3;

  private Instant now = NOW;
  private final InstantSource clock = () -> now;
  private final InMemoryKeyRegistry keys = new InMemoryKeyRegistry();
  private final InMemoryRequestLedger ledger =
      new InMemoryRequestLedger(
          new LedgerPolicy(
              Duration.ofSeconds(10),
              Duration.ofMinutes(5),
              Duration.ofDays(30),
              Duration.ofDays(90)),
          clock,
          keys);
  private final RecordingQueue queue = new RecordingQueue();
  private final List<LedgerEntry> told = new ArrayList<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AdmitRequest admitRequest = admitRequest(queue);

  @BeforeEach
  void aKey() {
    keys.register(key("custodian-a", "wallet", Algorithm.ML_DSA_65));
  }

  @Test
  void aSignatureIsRecordedAndThenQueuedWithItsKey() {
    Admission admission = admitRequest.admit(ASKER, sign("id", "wallet", null));

    assertThat(admission).isInstanceOf(Admission.Accepted.class);
    LedgerEntry entry = ledger.find("custodian-a", "id").orElseThrow();
    assertThat(entry.state()).isEqualTo(RequestState.ACCEPTED);
    assertThat(entry.algorithm()).as("the key's").isEqualTo(Algorithm.ML_DSA_65);
    assertThat(queue.jobs).hasSize(1);
    assertThat(queue.jobs.getFirst().entry().requestId()).isEqualTo("id");
    assertThat(queue.jobs.getFirst().key()).isNotNull();
    assertThat(queue.jobs.getFirst().replyPartition()).isEqualTo(3);
  }

  @Test
  void aUserIdIsMintedOnceForARequest() {
    LedgerEntry first = accepted(admitRequest.admit(ASKER, keyGeneration("id", "")));
    LedgerEntry again = accepted(admitRequest.admit(ASKER, keyGeneration("id", "")));

    assertThat(UUID.fromString(String.valueOf(first.userId())).version()).isEqualTo(4);
    assertThat(again.userId()).isEqualTo(first.userId());
    assertThat(queue.jobs).hasSize(1);
  }

  @Test
  void aRepetitionIsNotQueuedAgain() {
    admitRequest.admit(ASKER, sign("id", "wallet", null));
    assertThat(admitRequest.admit(ASKER, sign("id", "wallet", null)))
        .isInstanceOfSatisfying(
            Admission.Accepted.class, accepted -> assertThat(accepted.fresh()).isFalse());
    assertThat(queue.jobs).hasSize(1);
  }

  @Test
  void muIsRefusedWhereItIsSwitchedOffAndNothingIsRecorded() {
    keys.register(key("custodian-b", "wallet", Algorithm.ML_DSA_65));
    Asker other = new Asker("custodian-b", Origin.KAFKA, 3, null, null);
    WellFormedRequest mu =
        new WellFormedRequest(
            RequestType.SIGN, "id", "wallet", null, null, new byte[64], new byte[0], null);

    refused(admitRequest.admit(other, mu), ErrorCode.FORBIDDEN);
    assertThat(ledger.find("custodian-b", "id")).isEmpty();
    accepted(admitRequest.admit(ASKER, mu));
    accepted(admitRequest.admit(other, sign("message", "wallet", null)));
    assertThat(queue.jobs).hasSize(2);
  }

  @Test
  void otherContentUnderTheSameIdIsAConflict() {
    admitRequest.admit(ASKER, sign("id", "wallet", null));
    assertThat(admitRequest.admit(ASKER, keyGeneration("id", "")))
        .isInstanceOf(Admission.Conflict.class);
  }

  @Test
  void aConflictIsOneEvenIfTheNewContentWouldBeRefusedAnyway() {
    admitRequest.admit(ASKER, sign("id", "wallet", null));
    assertThat(admitRequest.admit(ASKER, sign("id", "nobody", null)))
        .isInstanceOf(Admission.Conflict.class);
    assertThat(admitRequest.admit(ASKER, keyGeneration("id", "wallet")))
        .isInstanceOf(Admission.Conflict.class);
  }

  @Test
  void anotherCustodiansRequestAndKeyAreUnknown() {
    admitRequest.admit(ASKER, sign("id", "wallet", null));
    Asker other = Asker.caller("custodian-b", -1, null);

    refused(admitRequest.admit(other, sign("id", "wallet", null)), ErrorCode.UNKNOWN_USER);
    assertThat(admitRequest.admit(other, keyGeneration("id", "wallet")))
        .isInstanceOf(Admission.Accepted.class);
  }

  @Test
  void aRefusalLeavesTheIdFree() {
    refused(admitRequest.admit(ASKER, sign("id", "nobody", null)), ErrorCode.UNKNOWN_USER);
    assertThat(ledger.find("custodian-a", "id")).isEmpty();
    assertThat(admitRequest.admit(ASKER, sign("id", "wallet", null)))
        .isInstanceOf(Admission.Accepted.class);
  }

  @Test
  void aKeyIsNotGeneratedTwiceButItsRequestStillAnswers() {
    LedgerEntry entry = accepted(admitRequest.admit(ASKER, keyGeneration("id", "new")));
    ledger.completeGeneration("id", entry.digest(), key("custodian-a", "new", Algorithm.ML_DSA_44));

    assertThat(admitRequest.admit(ASKER, keyGeneration("id", "new")))
        .isInstanceOf(Admission.Finished.class);
    refused(admitRequest.admit(ASKER, keyGeneration("other", "new")), ErrorCode.KEY_ALREADY_EXISTS);
  }

  @Test
  void everyKeyGenerationGetsANonceOfItsOwnAndKeepsItWhenItIsRepeated() {
    byte[] one = nonce(accepted(admitRequest.admit(ASKER, keyGeneration("id-1", "one"))));
    byte[] two = nonce(accepted(admitRequest.admit(ASKER, keyGeneration("id-2", "two"))));
    byte[] again = nonce(accepted(admitRequest.admit(ASKER, keyGeneration("id-1", "one"))));

    assertThat(one).hasSize(32).isNotEqualTo(two).isNotEqualTo(new byte[32]).isEqualTo(again);
    assertThat(
            Objects.requireNonNull(
                    accepted(admitRequest.admit(ASKER, sign("s", "wallet", null))).content())
                .birthNonce())
        .isNull();
  }

  private static byte[] nonce(LedgerEntry entry) {
    return Objects.requireNonNull(Objects.requireNonNull(entry.content()).birthNonce());
  }

  @Test
  void aFinishedRequestAnswersPastItsDeadline() {
    Instant deadline = NOW.plusSeconds(5);
    LedgerEntry entry = accepted(admitRequest.admit(ASKER, sign("id", "wallet", deadline)));
    ledger.complete("custodian-a", "id", entry.digest(), new Outcome.Signed(new byte[] {7}, NOW));
    now = deadline.plusSeconds(60);

    assertThat(admitRequest.admit(ASKER, sign("id", "wallet", deadline)))
        .isInstanceOfSatisfying(
            Admission.Finished.class,
            finished -> assertThat(finished.entry().state()).isEqualTo(RequestState.SIGNED));
    refused(
        admitRequest.admit(ASKER, sign("new", "wallet", deadline)), ErrorCode.DEADLINE_EXCEEDED);
  }

  @Test
  void theMomentOfTheDeadlineIsStillInTime() {
    assertThat(admitRequest.admit(ASKER, sign("at", "wallet", NOW)))
        .isInstanceOf(Admission.Accepted.class);
    refused(
        admitRequest.admit(ASKER, sign("after", "wallet", NOW.minusNanos(1))),
        ErrorCode.DEADLINE_EXCEEDED);
  }

  @Test
  void aLaterDeadlineIsNotAnotherRequest() {
    accepted(admitRequest.admit(ASKER, sign("id", "wallet", NOW.plusSeconds(5))));
    LedgerEntry again =
        accepted(admitRequest.admit(ASKER, sign("id", "wallet", NOW.plusSeconds(50))));
    assertThat(again.deadline()).as("the first stands").isEqualTo(NOW.plusSeconds(5));
  }

  @Test
  void anAlgorithmThatIsNotTheKeysIsUnsupported() {
    WellFormedRequest wrong =
        new WellFormedRequest(
            RequestType.SIGN,
            "id",
            "wallet",
            Algorithm.ML_DSA_44,
            new byte[1],
            null,
            new byte[0],
            null);
    refused(admitRequest.admit(ASKER, wrong), ErrorCode.UNSUPPORTED_ALGORITHM);
  }

  @Test
  void theOwnersRepetitionPutsAFailedRequestBackToWork() {
    failed("id", null);
    now = NOW.plusSeconds(60);

    Admission again = admitRequest.admit(ASKER, sign("id", "wallet", null));

    assertThat(again)
        .isInstanceOfSatisfying(
            Admission.Accepted.class,
            accepted -> assertThat(accepted.way()).isEqualTo(Admission.Way.REOPENED));
    LedgerEntry entry = ledger.find("custodian-a", "id").orElseThrow();
    assertThat(entry.state()).isEqualTo(RequestState.ACCEPTED);
    assertThat(entry.replayTrail()).containsExactly(Replay.byOwner(now));
    assertThat(queue.jobs).hasSize(2);
    assertThat(queue.jobs.getLast().replyPartition()).isEqualTo(3);
    assertThat(admitRequest.admit(ASKER, sign("id", "wallet", null)))
        .as("only once for each failure")
        .isInstanceOfSatisfying(
            Admission.Accepted.class,
            accepted -> assertThat(accepted.way()).isEqualTo(Admission.Way.REPEATED));
    assertThat(counted("reopened")).isEqualTo(1);
  }

  @Test
  void otherContentPutsNothingBackToWork() {
    failed("id", null);

    assertThat(admitRequest.admit(ASKER, keyGeneration("id", "")))
        .isInstanceOf(Admission.Conflict.class);
    assertThat(admitRequest.admit(ASKER, sign("id", "nobody", null)))
        .isInstanceOf(Admission.Conflict.class);

    assertThat(ledger.find("custodian-a", "id").orElseThrow().replays()).isZero();
  }

  /// Delivered again by Kafka, as after an offset reset: however often, it asks for nothing new.
  @Test
  void aCommandFromBeforeTheFailureIsAnEchoAndDoesNotCount() {
    failed("id", null);
    now = NOW.plusSeconds(60);

    for (Instant written : List.of(NOW.minusSeconds(5), NOW.minusMillis(1), NOW)) {
      assertThat(admitRequest.admit(command(written), sign("id", "wallet", null)))
          .isInstanceOf(Admission.Failed.class);
    }
    assertThat(ledger.find("custodian-a", "id").orElseThrow().replays()).isZero();
    assertThat(queue.jobs).hasSize(1);

    assertThat(admitRequest.admit(command(NOW.plusMillis(1)), sign("id", "wallet", null)))
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
    admitRequest.admit(command(repeated), sign("id", "wallet", null));
    fail("id", NOW.plusSeconds(30));

    assertThat(admitRequest.admit(command(repeated), sign("id", "wallet", null)))
        .isInstanceOf(Admission.Failed.class);
    assertThat(ledger.find("custodian-a", "id").orElseThrow().replays()).isEqualTo(1);
  }

  @Test
  void ownerAndOperatorsTogetherPutItBackSoOftenAndNoMore() {
    failed("id", null);
    ledger.replay(
        ledger.find("custodian-a", "id").orElseThrow(), Replay.byOperator("alice", NOW, null));
    fail("id", NOW.plusMillis(1));
    for (int replays = 1; replays < REPLAYS_MAX; replays++) {
      assertThat(admitRequest.admit(ASKER, sign("id", "wallet", null)))
          .isInstanceOf(Admission.Accepted.class);
      fail("id", NOW.plusSeconds(replays));
    }

    assertThat(admitRequest.admit(ASKER, sign("id", "wallet", null)))
        .isInstanceOf(Admission.Failed.class);
    assertThat(ledger.find("custodian-a", "id").orElseThrow().replays()).isEqualTo(REPLAYS_MAX);
  }

  /// Where it ends as expired: the worker does not ask the enclave for it.
  @Test
  void pastItsDeadlineAFailedRequestGoesBackToWorkToEnd() {
    Instant deadline = NOW.plusSeconds(5);
    failed("id", deadline);
    now = deadline.plusSeconds(60);

    LedgerEntry entry = accepted(admitRequest.admit(ASKER, sign("id", "wallet", deadline)));

    assertThat(entry.deadline()).isEqualTo(deadline);
    assertThat(ledger.complete("custodian-a", "id", entry.digest(), new Outcome.Expired(now)))
        .isInstanceOf(Completion.Recorded.class);
  }

  @Test
  void aRequestWhoseKeyIsGoneStaysFailedAndCostsNoRepetition() {
    failed("id", null);
    AdmitRequest keyless = admitRequest(new InMemoryKeyRegistry(), queue);

    assertThat(keyless.admit(ASKER, sign("id", "wallet", null)))
        .isInstanceOf(Admission.Failed.class);
    assertThat(ledger.find("custodian-a", "id").orElseThrow().replays()).isZero();
  }

  @Test
  void aFailureThatNobodyWasToldOfIsToldBeforeTheRequestGoesBackToWork() {
    failed("id", null);
    admitRequest.admit(ASKER, sign("id", "wallet", null));
    assertThat(told).extracting(LedgerEntry::failure).containsExactly(1);

    fail("id", NOW.plusSeconds(1));
    ledger.settle(ledger.find("custodian-a", "id").orElseThrow());
    admitRequest.admit(ASKER, sign("id", "wallet", null));

    assertThat(told).as("who was told is not told again").hasSize(1);
  }

  /// The worker's clock is ahead: its failure still lies before the repetition that follows it.
  @Test
  void anEchoOfTheFailureStaysOneWhenTheWorkersClockIsAhead() {
    accepted(admitRequest.admit(ASKER, sign("id", "wallet", null)));
    fail("id", NOW.plusSeconds(30));
    now = NOW.plusSeconds(1);
    LedgerEntry entry = accepted(admitRequest.admit(ASKER, sign("id", "wallet", null)));

    assertThat(
            ledger.complete(
                "custodian-a",
                "id",
                entry.digest(),
                new Outcome.Failed(ErrorCode.KMS_UNAVAILABLE, 3, NOW.plusSeconds(30))))
        .isEqualTo(new Completion.Unrelated());
  }

  private void failed(String id, @Nullable Instant deadline) {
    accepted(admitRequest.admit(ASKER, sign(id, "wallet", deadline)));
    fail(id, NOW);
  }

  private void fail(String id, Instant at) {
    byte[] digest = ledger.find("custodian-a", id).orElseThrow().digest();
    assertThat(
            ledger.complete(
                "custodian-a", id, digest, new Outcome.Failed(ErrorCode.KMS_UNAVAILABLE, 3, at)))
        .isInstanceOf(Completion.Recorded.class);
  }

  private static Asker command(Instant writtenAt) {
    return new Asker("custodian-a", Origin.KAFKA, 1, null, writtenAt);
  }

  @Test
  void aRequestThatCannotBeQueuedIsAcceptedAllTheSame() {
    AdmitRequest withoutQueue =
        admitRequest(
            (_, _, _) -> {
              throw new QueueUnavailableException("no broker", new IllegalStateException());
            });

    assertThat(withoutQueue.admit(ASKER, sign("id", "wallet", null)))
        .isInstanceOf(Admission.Accepted.class);
    assertThat(ledger.find("custodian-a", "id")).isPresent();
    assertThat(registry.get("pq.signer.gateway.admission.deferred").counter().count()).isEqualTo(1);
  }

  @Test
  void everyDecisionIsCountedOnce() {
    admitRequest.admit(ASKER, sign("id", "wallet", null));
    admitRequest.admit(ASKER, sign("id", "wallet", null));
    admitRequest.admit(ASKER, sign("x", "nobody", null));
    admitRequest.admit(ASKER, keyGeneration("id", ""));
    AdmitRequest broken =
        admitRequest(
            (_, _, _) -> {
              throw new LedgerUnavailableException("down");
            });
    assertThatThrownBy(() -> broken.admit(ASKER, sign("y", "wallet", null)))
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
                  return admitRequest.admit(
                      ASKER, other ? keyGeneration("id", "") : sign("id", "wallet", null));
                }));
      }
      int fresh = 0;
      int conflicts = 0;
      for (Future<Admission> admission : admissions) {
        switch (admission.get()) {
          case Admission.Accepted accepted -> fresh += accepted.fresh() ? 1 : 0;
          case Admission.Conflict() -> conflicts++;
          case Admission other -> throw new AssertionError(other);
        }
      }
      assertThat(fresh).isEqualTo(1);
      assertThat(conflicts).isEqualTo(callers / 2);
    }
    assertThat(queue.jobs).hasSize(1);
  }

  private AdmitRequest admitRequest(JobQueue jobs) {
    return admitRequest(keys, jobs);
  }

  private AdmitRequest admitRequest(KeyRegistry registered, JobQueue jobs) {
    return new AdmitRequest(
        new AdmitRequest.Stores(ledger, registered, jobs),
        new Repetition(
            new BackToWork(ledger, registered, jobs, told::add),
            new ReplayLimit(REPLAYS_MAX),
            clock),
        new MintedIds(clock, new SecureRandom()),
        clock,
        new AdmissionMetrics(registry),
        new AdmissionSettings(true, Map.of("custodian-b", new AdmissionSettings.Agreed(false))));
  }

  private long counted(String outcome) {
    return registry.get("pq.signer.gateway.admission").tag("outcome", outcome).timer().count();
  }

  private static LedgerEntry accepted(Admission admission) {
    assertThat(admission).isInstanceOf(Admission.Accepted.class);
    return ((Admission.Accepted) admission).entry();
  }

  private static void refused(Admission admission, ErrorCode code) {
    assertThat(admission)
        .isInstanceOfSatisfying(
            Admission.Refused.class,
            refused -> {
              assertThat(refused.refusal().code()).isEqualTo(code);
              assertThat(refused.digest()).hasSize(RequestDigest.BYTES);
            });
  }

  private static WellFormedRequest sign(String id, String userId, @Nullable Instant deadline) {
    return new WellFormedRequest(
        RequestType.SIGN, id, userId, null, new byte[] {1}, null, new byte[0], deadline);
  }

  private static WellFormedRequest keyGeneration(String id, String userId) {
    return new WellFormedRequest(
        RequestType.KEY_GENERATION, id, userId, Algorithm.ML_DSA_44, null, null, new byte[0], null);
  }

  private static RegisteredKey key(String custodian, String userId, Algorithm algorithm) {
    return new RegisteredKey(
        custodian,
        userId,
        algorithm,
        1,
        new byte[1312],
        new byte[100],
        new byte[60],
        new byte[10],
        NOW);
  }

  private static final class RecordingQueue implements JobQueue {

    private final List<Job> jobs = Collections.synchronizedList(new ArrayList<>());

    record Job(LedgerEntry entry, @Nullable RegisteredKey key, int replyPartition) {}

    @Override
    public void enqueue(LedgerEntry entry, @Nullable RegisteredKey key, int replyPartition) {
      jobs.add(new Job(entry, key, replyPartition));
    }
  }
}
