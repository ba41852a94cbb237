package pqsigner.gateway.replies;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.testing.RunningGateway.CUSTODIAN;
import static pqsigner.gateway.testing.RunningGateway.TOPICS;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import pqsigner.events.ErrorCode;
import pqsigner.events.EventHeaders;
import pqsigner.events.Priority;
import pqsigner.events.avro.Command;
import pqsigner.events.avro.Result;
import pqsigner.events.avro.SigningJob;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.ledger.DeadLetter;
import pqsigner.gateway.ledger.Entries;
import pqsigner.gateway.ledger.FailedFilter;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.replay.ReplayAction;
import pqsigner.gateway.replay.ReplayJobs;
import pqsigner.gateway.replay.ReplayRequest;
import pqsigner.gateway.replies.kafka.OwnedReplyPartitions;
import pqsigner.gateway.testing.Await;
import pqsigner.gateway.testing.Keys;
import pqsigner.gateway.testing.Pipeline;
import pqsigner.gateway.testing.PretendWorker;
import pqsigner.gateway.testing.RunningGateway;
import pqsigner.gateway.testing.TopicTail;
import pqsigner.gateway.waiting.PendingReplies;
import pqsigner.gateway.waiting.PendingReply;

/// Replies, dead letters, replay and recovery on a real broker and database.
@ExtendWith(RunningGateway.Extension.class)
final class RepliesIT {

  private final RunningGateway gateway;
  private final String id = "reply-it-" + UUID.randomUUID();
  private final String user = "user-" + UUID.randomUUID();
  private final Pipeline pipeline;
  private final PretendWorker worker;

  RepliesIT(RunningGateway gateway) {
    this.gateway = gateway;
    this.pipeline = new Pipeline(gateway, CUSTODIAN);
    this.worker = new PretendWorker(gateway);
  }

  @BeforeEach
  void registerKey() {
    Keys.register(gateway, user);
  }

  @AfterEach
  void close() {
    pipeline.close();
    worker.close();
  }

  private LedgerEntry entry() {
    return gateway.ledger().find(Entries.key(id)).orElseThrow();
  }

  private SigningJob submitted() {
    pipeline.send(id, Pipeline.sign(id, user, "hello"));
    return worker.job(id);
  }

  @Test
  void aWaiterIsWokenByWhatWasRecorded() throws Exception {
    SigningJob job = submitted();
    try (PendingReply waiting =
        gateway.bean(PendingReplies.class).register(Entries.key(id)).orElseThrow()) {
      worker.sign(job, 3);

      LedgerEntry heard = waiting.await(Duration.ofSeconds(60)).orElseThrow();

      assertThat(heard.state()).isEqualTo(RequestState.SIGNED);
      assertThat(entry().state()).isEqualTo(RequestState.SIGNED);
    }
  }

  @Test
  void thisGatewayOwnsReplyPartitions() {
    OwnedReplyPartitions owned = gateway.bean(OwnedReplyPartitions.class);

    Await.until("all four partitions are assigned", () -> owned.size(Priority.INTERACTIVE) == 4);
    assertThat(owned.ownedPartition(Priority.INTERACTIVE)).isBetween(0, 3);
  }

  @Test
  void aKeyWithoutAGenuineBirthAttestationIsNeverRegisteredAndItsJobIsAskedAgain() {
    String born = "born-" + user;
    pipeline.send(
        id,
        Command.newBuilder()
            .setRequestType("key_generation")
            .setRequestId(id)
            .setUserId(born)
            .setAlg("ML-DSA-44")
            .build());

    SigningJob job = worker.job(id);
    worker.generate(job, new byte[1312], "forged".getBytes(UTF_8));

    SigningJob again = worker.read(worker.jobRecords(id, 2).getLast());
    assertThat(again.getBirthNonce()).isEqualTo(job.getBirthNonce());
    assertThat(job.getBirthNonce().remaining()).isEqualTo(32);
    assertThat(entry().state()).isEqualTo(RequestState.ACCEPTED);
    assertThat(gateway.bean(KeyRegistry.class).current(CUSTODIAN, born)).isEmpty();
    Await.until(
        "the alarm is raised",
        () ->
            gateway
                    .bean(MeterRegistry.class)
                    .find("pq.signer.gateway.replies.invalid")
                    .tag("kind", "birth")
                    .counters()
                    .stream()
                    .mapToDouble(Counter::count)
                    .sum()
                > 0);
  }

  @Test
  void aPoisonousReplyIsDivertedAndTheNextOneCounts() {
    SigningJob job = submitted();

    worker.sendReplyBytes(id, "not a reply".getBytes(UTF_8));
    worker.sign(job, 3);

    assertThat(pipeline.read(pipeline.result(id)).getState()).isEqualTo("SIGNED");
    try (TopicTail letters = new TopicTail(gateway.kafka("gateway"), TOPICS.deadLetters())) {
      ConsumerRecord<byte[], byte[]> letter =
          letters.await("the poison's letter", TopicTail.keyed(id));
      assertThat(letter.value()).isEqualTo("not a reply".getBytes(UTF_8));
    }
  }

  @Test
  void aFailedJobIsListedWithItsDeadLetterAndReplayedOnce() {
    SigningJob job = submitted();
    ConsumerRecord<byte[], byte[]> record = worker.jobRecord(id);
    worker.deadLetter(
        record,
        Map.of(
            EventHeaders.CODE, "kms_unavailable",
            EventHeaders.REASON, "throttled",
            EventHeaders.ATTEMPT, "3",
            EventHeaders.FIRST_SEEN, Instant.EPOCH.toString()));
    worker.fail(job, "kms_unavailable");
    ReplayJobs jobs = gateway.bean(ReplayJobs.class);
    FailedFilter filter = new FailedFilter(ErrorCode.KMS_UNAVAILABLE, CUSTODIAN, null, null);
    LedgerEntry failed =
        Await.present(
            "it is listed with its dead letter",
            () ->
                jobs.list(filter, null, 100).entries().stream()
                    .filter(e -> e.requestId().equals(id) && e.progress().deadLetter() != null)
                    .findFirst());
    DeadLetter letter = Objects.requireNonNull(failed.progress().deadLetter());
    assertThat(letter.attempts()).isEqualTo(3);
    assertThat(letter.reason()).isEqualTo("throttled");
    assertThat(letter.firstSeen()).isEqualTo(Instant.EPOCH);

    assertThat(replay(jobs, false)).isEqualTo(ReplayAction.WOULD_REPLAY);
    assertThat(entry().state()).isEqualTo(RequestState.FAILED);
    assertThat(replay(jobs, true)).isEqualTo(ReplayAction.REPLAYED);
    ConsumerRecord<byte[], byte[]> again = worker.jobRecords(id, 2).get(1);
    assertThat(EventHeaders.text(again.headers(), EventHeaders.REPLAYS)).contains("1");
    assertSameWork(again, record);

    worker.sign(worker.read(again), 9);
    ConsumerRecord<byte[], byte[]> result = pipeline.result(id);
    assertThat(pipeline.read(result).getState()).isEqualTo("SIGNED");
    assertThat(replay(jobs, true)).isEqualTo(ReplayAction.FINISHED);
    assertThat(pipeline.results(id, 2).get(1).value()).isEqualTo(result.value());
    assertThat(entry().progress().replayTrail()).hasSize(1);
  }

  private ReplayAction replay(ReplayJobs jobs, boolean execute) {
    return jobs.replay(
            new ReplayRequest(
                "operator",
                new ReplayRequest.Selection.ByIds(CUSTODIAN, List.of(id)),
                execute,
                null))
        .getFirst()
        .action();
  }

  @Test
  void aJobThatOnlyWaitsIsLeftAloneAndOneThatWasPassedOverIsProducedAgain() {
    submitted();
    Instant firstDue = Objects.requireNonNull(entry().progress().dueAt());
    Await.until(
        "the sweeper has looked at it",
        () -> Objects.requireNonNull(entry().progress().dueAt()).isAfter(firstDue));
    assertThat(entry().progress().requeues()).isZero();
    assertThat(worker.jobs().toEnd()).filteredOn(TopicTail.ofRequest(id)).hasSize(1);

    List<ConsumerRecord<byte[], byte[]>> jobs = worker.jobRecordsPassingOver(id, 2);
    worker.sign(worker.read(jobs.get(1)), 4);

    assertThat(pipeline.read(pipeline.result(id)).getState()).isEqualTo("SIGNED");
    assertSameWork(jobs.get(1), jobs.get(0));
  }

  /// A host that speaks with the worker's certificate and has no enclave.
  @Test
  void aForgedSignatureIsNeverReleasedAndTheJobIsAskedAgain() {
    SigningJob job = submitted();
    byte[] forged = new byte[2420];
    Arrays.fill(forged, (byte) 'A');
    double before = forged();

    worker.sign(job, forged);

    Await.until("the alarm rang", () -> forged() > before);
    assertThat(entry().state()).isEqualTo(RequestState.ACCEPTED);
    SigningJob again = worker.read(worker.jobRecords(id, 2).get(1));
    worker.sign(again, forged);
    Await.until("the alarm rang again", () -> forged() > before + 1);
    worker.sign(again, 4);
    Result result = pipeline.read(pipeline.result(id));
    assertThat(result.getState()).isEqualTo("SIGNED");
    assertThat(result.getSignature()).isNotEqualTo(ByteBuffer.wrap(forged));
    assertThat(Entries.signature(entry())).isEqualTo(bytes(result.getSignature()));
  }

  private double forged() {
    return gateway
        .bean(MeterRegistry.class)
        .find("pq.signer.gateway.replies.invalid")
        .tags("kind", "signature", "reason", "does_not_verify")
        .counters()
        .stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /// The same job but for where the answer is wanted: whoever produces it again does not wait.
  private void assertSameWork(
      ConsumerRecord<byte[], byte[]> again, ConsumerRecord<byte[], byte[]> first) {
    SigningJob repeated = worker.read(again);
    SigningJob original = worker.read(first);
    assertThat(again.topic()).isEqualTo(first.topic());
    assertThat(repeated.getReplyPartition()).isEqualTo(-1);
    original.put("reply_partition", -1);
    assertThat(repeated).isEqualTo(original);
  }

  @Test
  void aRequestThatNobodyAnswersExpiresAtItsDeadline() {
    pipeline.send(id, Pipeline.sign(id, user, "hello", Instant.now().plusSeconds(1).toString()));

    Result result = pipeline.read(pipeline.result(id));

    assertThat(result.getState()).isEqualTo("EXPIRED");
    Await.until("the row is settled", () -> entry().progress().dueAt() == null);
    worker.sign(worker.job(id), 4);
    assertThat(pipeline.results(id, 2).get(1).value())
        .isEqualTo(pipeline.results(id, 2).get(0).value());
  }

  /// The database stops answering; nothing is skipped, nothing is dead-lettered, and all goes on
  /// when it answers again.
  @Test
  void anOutageOfTheLedgerStopsConsumptionAndLosesNothing() {
    SigningJob job = submitted();
    String second = id + "-second";
    gateway.stack().process("dynamodb").suspend();
    try {
      pipeline.send(second, Pipeline.sign(second, user, "during the outage"));
      worker.sign(job, 6);
      double before = failures();
      Await.until("a poll failed", () -> failures() > before);
    } finally {
      gateway.stack().process("dynamodb").resume();
    }

    assertThat(pipeline.read(pipeline.result(id)).getState()).isEqualTo("SIGNED");
    // Its row may have been written though no gateway heard of it; then its job was never queued.
    worker.sign(worker.read(worker.jobRecordsPassingOver(second, 1).getFirst()), 6);
    assertThat(pipeline.read(pipeline.result(second)).getState()).isEqualTo("SIGNED");
    try (TopicTail letters = new TopicTail(gateway.kafka("gateway"), TOPICS.deadLetters())) {
      assertThat(letters.toEnd()).noneMatch(TopicTail.keyed(second));
    }
  }

  private double failures() {
    return gateway
        .bean(MeterRegistry.class)
        .find("pq.signer.gateway.polls.failed")
        .counters()
        .stream()
        .mapToDouble(Counter::count)
        .sum();
  }
}
