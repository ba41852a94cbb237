package pqsigner.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pqsigner.gateway.admission.CommandField.ALG;
import static pqsigner.gateway.admission.CommandField.DEADLINE;
import static pqsigner.gateway.admission.CommandField.MESSAGE;
import static pqsigner.gateway.admission.CommandField.MU;
import static pqsigner.gateway.admission.CommandField.REQUEST_ID;
import static pqsigner.gateway.admission.CommandField.REQUEST_TYPE;
import static pqsigner.gateway.admission.CommandField.USER_ID;

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
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.Replay;
import pqsigner.gateway.ledger.ReplayLimit;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.queue.BackToWork;
import pqsigner.gateway.queue.JobQueue;
import pqsigner.gateway.queue.QueueUnavailableException;

class AdmitRequestTest {

  private static final Instant NOW = Instant.parse("2026-11-23T21:00:00Z");
  private static final Requester OWNER = Requester.overHttp("custodian-a", 3, null);
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

  private AdmitRequest admitRequest(JobQueue jobs) {
    return admitRequest(keys, jobs);
  }

  private AdmitRequest admitRequest(KeyRegistry registered, JobQueue jobs) {
    return new AdmitRequest(
        ledger,
        registered,
        jobs,
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
            refused -> assertThat(refused.refusal().code()).isEqualTo(code));
  }

  private static CommandFields sign(String id, String userId, @Nullable Instant deadline) {
    return sign(id, userId, deadline, MESSAGE, new byte[] {1});
  }

  private static CommandFields sign(
      String id, String userId, @Nullable Instant deadline, CommandField what, byte[] bytes) {
    CommandFields fields =
        CommandFields.none()
            .with(REQUEST_TYPE, "sign")
            .with(REQUEST_ID, id)
            .with(USER_ID, userId)
            .with(what, new CommandFields.Value.Bytes(bytes));
    return deadline == null ? fields : fields.with(DEADLINE, deadline.toString());
  }

  private static CommandFields keyGeneration(String id, String userId) {
    return CommandFields.none()
        .with(REQUEST_TYPE, "key_generation")
        .with(REQUEST_ID, id)
        .with(USER_ID, userId)
        .with(ALG, "ML-DSA-44");
  }

  private Admission admit(Requester requester, CommandFields fields) {
    return admit(admitRequest, requester, fields);
  }

  private static Admission admit(AdmitRequest by, Requester requester, CommandFields fields) {
    CheckedCommand checked = by.check(requester, fields);
    return by.admit(requester, ((CheckedCommand.WellFormed) checked).request());
  }

  private LedgerEntry row(String id) {
    return ledger.find(new RequestKey("custodian-a", id)).orElseThrow();
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
