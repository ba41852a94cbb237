package pqsigner.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.admission.CommandField.ALG;
import static pqsigner.gateway.admission.CommandField.DEADLINE;
import static pqsigner.gateway.admission.CommandField.MESSAGE;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.custodian.CustodianRules;
import pqsigner.gateway.custodian.CustodianTerms;
import pqsigner.gateway.custodian.Custodians;
import pqsigner.gateway.custodian.InMemoryCustodianRegistry;
import pqsigner.gateway.keys.InMemoryKeyRegistry;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.InMemoryRequestLedger;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.LedgerPolicy;
import pqsigner.gateway.ledger.ReplayLimit;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.queue.BackToWork;
import pqsigner.gateway.queue.JobQueue;

/// Admission over ledger and keys in memory, and a queue that keeps what it is given.
abstract class AdmissionFixture {

  static final Instant NOW = Instant.parse("2026-11-23T21:00:00Z");
  static final Requester OWNER = Requester.overHttp("custodian-a", 3, null);
  static final int REPLAYS_MAX = 3;
  Instant now = NOW;
  final InstantSource clock = () -> now;
  final InMemoryKeyRegistry keys = new InMemoryKeyRegistry();
  final InMemoryRequestLedger ledger =
      new InMemoryRequestLedger(
          new LedgerPolicy(
              Duration.ofSeconds(10),
              Duration.ofMinutes(5),
              Duration.ofDays(30),
              Duration.ofDays(90)),
          clock,
          keys);
  final RecordingQueue queue = new RecordingQueue();
  final List<LedgerEntry> told = new ArrayList<>();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final InMemoryCustodianRegistry registered = InMemoryCustodianRegistry.of("custodian-a");
  final Custodians custodians = registered.snapshot();
  final CustodianRules rules = new CustodianRules(custodians, true);
  final AdmitRequest admitRequest = admitRequest(queue);

  @BeforeEach
  void aKey() {
    keys.register(key("custodian-a", "wallet", Algorithm.ML_DSA_65));
    agree(CustodianTerms.usual().withMu(false));
  }

  /// With custodian-b.
  void agree(CustodianTerms terms) {
    registered.agree("custodian-b", terms);
    custodians.refresh();
  }

  AdmitRequest admitRequest(JobQueue jobs) {
    return admitRequest(keys, jobs);
  }

  AdmitRequest admitRequest(KeyRegistry known, JobQueue jobs) {
    return new AdmitRequest(
        ledger,
        known,
        jobs,
        new Repetition(
            new BackToWork(ledger, known, jobs, told::add, rules),
            new ReplayLimit(REPLAYS_MAX),
            clock),
        new MintedIds(clock, new SecureRandom()),
        clock,
        new AdmissionMetrics(registry),
        rules,
        new AdmissionSettings(true, 100));
  }

  long counted(String outcome) {
    return registry.get("pq.signer.gateway.admission").tag("outcome", outcome).timer().count();
  }

  static LedgerEntry accepted(Admission admission) {
    assertThat(admission).isInstanceOf(Admission.Accepted.class);
    return ((Admission.Accepted) admission).entry();
  }

  static void refused(Admission admission, ErrorCode code) {
    assertThat(admission)
        .isInstanceOfSatisfying(
            Admission.Refused.class,
            refused -> assertThat(refused.refusal().code()).isEqualTo(code));
  }

  static CommandFields sign(String id, String userId, @Nullable Instant deadline) {
    return sign(id, userId, deadline, MESSAGE, new byte[] {1});
  }

  static CommandFields sign(
      String id, String userId, @Nullable Instant deadline, CommandField what, byte[] bytes) {
    CommandFields fields =
        CommandFields.none()
            .with(REQUEST_TYPE, "sign")
            .with(REQUEST_ID, id)
            .with(USER_ID, userId)
            .with(what, new CommandFields.Value.Bytes(bytes));
    return deadline == null ? fields : fields.with(DEADLINE, deadline.toString());
  }

  static CommandFields keyGeneration(String id, String userId) {
    return CommandFields.none()
        .with(REQUEST_TYPE, "key_generation")
        .with(REQUEST_ID, id)
        .with(USER_ID, userId)
        .with(ALG, "ML-DSA-44");
  }

  Admission admit(Requester requester, CommandFields fields) {
    return admit(admitRequest, requester, fields);
  }

  static Admission admit(AdmitRequest by, Requester requester, CommandFields fields) {
    CheckedCommand checked = by.check(requester, fields);
    return by.admit(requester, ((CheckedCommand.WellFormed) checked).request());
  }

  LedgerEntry row(String id) {
    return ledger.find(new RequestKey("custodian-a", id)).orElseThrow();
  }

  static RegisteredKey key(String custodian, String userId, Algorithm algorithm) {
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

  static final class RecordingQueue implements JobQueue {

    final List<Job> jobs = Collections.synchronizedList(new ArrayList<>());

    record Job(LedgerEntry entry, @Nullable RegisteredKey key, int replyPartition) {}

    @Override
    public void enqueue(LedgerEntry entry, @Nullable RegisteredKey key, int replyPartition) {
      jobs.add(new Job(entry, key, replyPartition));
    }
  }
}
