package pqsigner.worker.batch.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pqsigner.events.EventHeaders;
import pqsigner.events.avro.SigningReply;
import pqsigner.events.wire.RegistryUnavailableException;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Phase;
import pqsigner.protocol.Refusal;
import pqsigner.worker.batch.TestJobs;
import pqsigner.worker.enclave.EnclaveCircuit.State;
import pqsigner.worker.enclave.ScriptedEnclave;
import pqsigner.worker.enclave.ScriptedEnclave.Asked;
import pqsigner.worker.kafka.DependencyDownException;
import pqsigner.worker.testing.Await;

@Timeout(60)
class JobListenerTest {
  private Bench bench;

  @BeforeEach
  void start() throws Exception {
    bench = new Bench();
  }

  @AfterEach
  void end() throws Exception {
    bench.end();
  }

  private static ScriptedEnclave.Script refusing(String text, Refusal refusal) {
    return (link, asked) -> {
      if (asked.text().equals(text)) {
        link.answer(asked.id(), new Answer.Refused(refusal));
      } else {
        link.sign(asked);
      }
    };
  }

  private List<String> outcomes() {
    return bench.replies().stream().map(r -> r.getRequestId() + " " + r.getOutcome()).toList();
  }

  private static String header(ProducerRecord<byte[], byte[]> message, String name) {
    return EventHeaders.text(message.headers(), name).orElse("absent");
  }

  @Test
  void everyJobOfABatchIsAnswered() {
    ConsumerRecord<byte[], byte[]> first = bench.produce(TestJobs.sign("r1", "alice", "hello"));
    first.headers().add(EventHeaders.TRACEPARENT, "00-abc-def-01".getBytes(UTF_8));
    bench.produce(TestJobs.generate("r2", "bob"));

    bench.poll();

    assertThat(outcomes()).containsExactly("r1 SIGNED", "r2 GENERATED");
    SigningReply signed = bench.replies().getFirst();
    assertThat(signed.getSignature())
        .isEqualTo(ByteBuffer.wrap(ScriptedEnclave.signature("hello")));
    assertThat(signed.getDigest()).isEqualTo(ByteBuffer.wrap("digest of r1".getBytes(UTF_8)));
    assertThat(bench.replies().getLast().getGenerated().getBirthAttestation())
        .isEqualTo(ByteBuffer.wrap("birth".getBytes(UTF_8)));
    ProducerRecord<byte[], byte[]> message = bench.sentTo("t.replies").getFirst();
    assertThat(message.key()).isEqualTo("r1".getBytes(UTF_8));
    assertThat(header(message, EventHeaders.TRACEPARENT)).isEqualTo("00-abc-def-01");
    assertThat(header(message, EventHeaders.CE_TYPE)).isEqualTo(EventHeaders.TYPE_REPLY);
    assertThat(header(message, EventHeaders.CE_ID)).isEqualTo("r1");
  }

  @Test
  void aReplyGoesToTheAskersPartitionIfItExists() {
    bench.produce(TestJobs.sign("r1", "alice", "m", null, 3));
    bench.produce(TestJobs.sign("r2", "alice", "m", null, Bench.REPLY_PARTITIONS));
    bench.poll();
    assertThat(bench.sentTo("t.replies").getFirst().partition()).isEqualTo(3);
    assertThat(bench.sentTo("t.replies").getLast().partition()).isNull();
  }

  @Test
  void aRepeatedRequestIsSignedOnceAndAnsweredWhereItsAskersListen() {
    bench.produce(TestJobs.sign("r1", "alice", "m", null, 1));
    bench.produce(TestJobs.sign("r1", "alice", "m", null, 1));
    bench.produce(TestJobs.sign("r1", "alice", "m", null, 2));
    bench.poll();
    assertThat(bench.enclave.asked()).hasSize(1);
    assertThat(bench.sentTo("t.replies").stream().map(ProducerRecord::partition))
        .containsExactly(1, 2);
  }

  @Test
  void anExpiredJobIsAnsweredWithoutAskingTheEnclave() {
    bench.produce(TestJobs.sign("r1", "alice", "m", bench.now().minusSeconds(1), -1));
    bench.poll();
    assertThat(outcomes()).containsExactly("r1 EXPIRED");
    assertThat(bench.replies().getFirst().getCode()).isEqualTo("deadline_exceeded");
    assertThat(bench.enclave.asked()).isEmpty();
  }

  @Test
  void aStragglerGoesToTheFirstLaneAndTheOthersAreAnswered() {
    bench.enclave.script(
        (link, asked) -> {
          if (!asked.text().equals("slow")) {
            link.sign(asked);
          }
        });
    ConsumerRecord<byte[], byte[]> slow = bench.produce(TestJobs.sign("r1", "alice", "slow"));
    bench.produce(TestJobs.sign("r2", "alice", "quick"));

    bench.poll();

    assertThat(outcomes()).containsExactly("r2 SIGNED");
    ProducerRecord<byte[], byte[]> laned = bench.sentTo("t.retry-5s").getFirst();
    assertThat(laned.key()).isEqualTo(slow.key());
    assertThat(laned.value()).isEqualTo(slow.value());
    assertThat(header(laned, EventHeaders.ATTEMPT)).isEqualTo("1");
    assertThat(header(laned, EventHeaders.CODE)).isEqualTo("enclave_unavailable");
    assertThat(header(laned, EventHeaders.NOT_BEFORE))
        .isEqualTo(bench.now().plusSeconds(5).toString());
    assertThat(header(laned, EventHeaders.FIRST_SEEN)).isEqualTo(bench.now().toString());
    assertThat(header(laned, EventHeaders.ORIGIN_OFFSET)).isEqualTo("0");
  }

  @Test
  void eachFailureGoesOneLaneFurtherAndTheThirdIsReported() {
    bench.enclave.script(refusing("m", Refusal.KMS_THROTTLED));
    for (int attempt = 0; attempt < 3; attempt++) {
      ConsumerRecord<byte[], byte[]> job = bench.produce(TestJobs.sign("r", "alice", "m"));
      EventHeaders.set(job.headers(), EventHeaders.ATTEMPT, Integer.toString(attempt));
      EventHeaders.set(job.headers(), EventHeaders.FIRST_SEEN, "2026-11-22T00:00:00Z");
      bench.poll();
    }
    assertThat(bench.sentTo("t.retry-5s")).hasSize(1);
    assertThat(bench.sentTo("t.retry-60s")).hasSize(1);
    ProducerRecord<byte[], byte[]> dead = bench.sentTo("t.dead-letters").getFirst();
    assertThat(header(dead, EventHeaders.ATTEMPT)).isEqualTo("3");
    assertThat(header(dead, EventHeaders.CODE)).isEqualTo("kms_unavailable");
    assertThat(header(dead, EventHeaders.FIRST_SEEN)).isEqualTo("2026-11-22T00:00:00Z");
    assertThat(header(dead, EventHeaders.BUILD)).isEqualTo("test-build");
    assertThat(outcomes()).containsExactly("r FAILED");
    assertThat(bench.replies().getFirst().getCode()).isEqualTo("kms_unavailable");
  }

  @Test
  void poisonIsDivertedWithItsBytesAndBlocksNobody() {
    byte[] garbage = {0, 1, 2, 3, 4, 5};
    ConsumerRecord<byte[], byte[]> poison = bench.produce(garbage);
    poison.headers().add("custom", "kept".getBytes(UTF_8));
    bench.produce(TestJobs.sign("r2", "alice", "m"));

    bench.poll();

    ProducerRecord<byte[], byte[]> dead = bench.sentTo("t.dead-letters").getFirst();
    assertThat(dead.key()).isEqualTo(poison.key());
    assertThat(dead.value()).isEqualTo(garbage);
    assertThat(header(dead, "custom")).isEqualTo("kept");
    assertThat(header(dead, EventHeaders.CODE)).isEqualTo("malformed_request");
    assertThat(header(dead, EventHeaders.ORIGIN_TOPIC)).isEqualTo("t.jobs");
    assertThat(header(dead, EventHeaders.ORIGIN_PARTITION)).isEqualTo("0");
    assertThat(outcomes()).containsExactly("r2 SIGNED");
  }

  @Test
  void aTombstoneIsPoisonToo() {
    bench.produce((byte[]) null);
    bench.poll();
    assertThat(bench.sentTo("t.dead-letters")).hasSize(1);
  }

  @Test
  void aDecodableJobThatCannotBeOneFailsForItsRequester() {
    bench.produce(TestJobs.sign("r1", "x".repeat(300), "m"));
    bench.poll();
    assertThat(bench.sentTo("t.dead-letters")).hasSize(1);
    assertThat(outcomes()).containsExactly("r1 FAILED");
    assertThat(bench.replies().getLast().getAttempts()).isEqualTo(1);
  }

  @Test
  void anEnclaveThatIsAwayLosesNothingAndFillsNothing() throws Exception {
    bench.enclave.close();
    bench.produce(TestJobs.sign("r1", "alice", "m"));

    assertThatThrownBy(bench::poll).isInstanceOf(DependencyDownException.class);
    assertThatThrownBy(bench::poll).isInstanceOf(DependencyDownException.class);

    assertThat(bench.producer.history()).isEmpty();
    assertThat(bench.committed()).isZero();
    assertThat(bench.circuit.isClosed()).isFalse();
  }

  @Test
  void aKmsOutageOpensTheCircuitAndOneJobAtATimeTriesAgain() {
    bench.enclave.script(
        (link, asked) -> link.answer(asked.id(), new Answer.Refused(Refusal.KMS_UNAVAILABLE)));
    bench.produce(TestJobs.sign("r1", "alice", "a"));
    bench.produce(TestJobs.sign("r2", "alice", "b"));
    assertThatThrownBy(bench::poll).isInstanceOf(DependencyDownException.class);
    assertThat(bench.enclave.asked()).hasSize(2);

    bench.pass(Duration.ofMillis(100));
    bench.circuit.tick();
    assertThatThrownBy(bench::poll).isInstanceOf(DependencyDownException.class);
    assertThat(bench.enclave.asked()).as("one job tried").hasSize(3);
    assertThat(bench.circuit.state()).isInstanceOf(State.Open.class);

    bench.enclave.script((link, asked) -> link.sign(asked));
    bench.pass(Duration.ofSeconds(1));
    bench.circuit.tick();
    bench.poll();

    assertThat(outcomes()).containsExactly("r1 SIGNED", "r2 SIGNED");
    assertThat(bench.circuit.isClosed()).isTrue();
    assertThat(bench.sentTo("t.retry-5s")).isEmpty();
    assertThat(bench.sentTo("t.dead-letters")).isEmpty();
  }

  /// Answered by the enclave when its own trial was refused as well.
  @ParameterizedTest
  @EnumSource(
      value = Refusal.class,
      names = {"KMS_DENIED", "CREDENTIALS_REFUSED"})
  void aRefusalForEverybodyPausesEverythingAndLosesNothing(Refusal refusal) {
    bench.enclave.refuseCredentials(refusal);
    bench.enclave.script(
        (link, asked) -> {
          bench.enclave.phase(Phase.ATTESTED);
          link.answer(asked.id(), new Answer.Refused(refusal));
        });
    bench.produce(TestJobs.sign("r1", "alice", "a"));
    bench.produce(TestJobs.sign("r2", "bob", "b"));
    bench.produce(TestJobs.generate("r3", "carol"));

    assertThatThrownBy(bench::poll).isInstanceOf(DependencyDownException.class);
    assertThat(bench.circuit.isClosed()).as("before any heartbeat shows it").isFalse();
    assertThat(bench.rechecks).as("so that it closes as soon as it may").hasPositiveValue();
    Await.until(
        "the cause",
        () ->
            bench.circuit.state() instanceof State.Open(var cause, var _, var _)
                && cause.name().equals(refusal.name()));
    assertThatThrownBy(bench::poll).isInstanceOf(DependencyDownException.class);

    assertThat(bench.producer.history()).isEmpty();
    assertThat(bench.committed()).isZero();
    assertThat(bench.enclave.asked()).as("asked once each").hasSize(3);

    bench.enclave.script((link, asked) -> link.sign(asked));
    bench.enclave.refuseCredentials(null);
    bench.pass(Duration.ofSeconds(1));
    bench.awaitClosed();
    bench.poll();

    assertThat(outcomes()).containsExactly("r1 SIGNED", "r2 SIGNED", "r3 GENERATED");
    assertThat(bench.sentTo("t.retry-5s")).isEmpty();
    assertThat(bench.sentTo("t.dead-letters")).isEmpty();
  }

  @Test
  void aDenialOfOneRecordTakesThatOneToTheLanesAndNotTheRest() {
    bench.enclave.script(refusing("poison", Refusal.RECORD_DENIED));
    for (int attempt = 0; attempt < 3; attempt++) {
      ConsumerRecord<byte[], byte[]> poison =
          bench.produce(TestJobs.sign("p", "mallory", "poison"));
      EventHeaders.set(poison.headers(), EventHeaders.ATTEMPT, Integer.toString(attempt));
      bench.produce(TestJobs.sign("r" + attempt, "alice", "m" + attempt));
      bench.poll();
    }

    assertThat(outcomes()).containsExactly("r0 SIGNED", "r1 SIGNED", "p FAILED", "r2 SIGNED");
    assertThat(bench.circuit.isClosed()).isTrue();
    assertThat(bench.sentTo("t.retry-5s")).hasSize(1);
    assertThat(bench.sentTo("t.retry-60s")).hasSize(1);
    ProducerRecord<byte[], byte[]> dead = bench.sentTo("t.dead-letters").getFirst();
    assertThat(header(dead, EventHeaders.CODE)).isEqualTo("kms_denied");
  }

  @Test
  void aBatchThatIsGivenAgainAsksOnlyForWhatIsNotSettled() {
    bench.enclave.script(refusing("b", Refusal.KMS_UNAVAILABLE));
    bench.produce(TestJobs.sign("r1", "alice", "a"));
    bench.produce(TestJobs.sign("r2", "alice", "b"));
    assertThatThrownBy(bench::poll).isInstanceOf(DependencyDownException.class);
    assertThat(outcomes()).containsExactly("r1 SIGNED");

    bench.enclave.script((link, asked) -> link.sign(asked));
    bench.pass(Duration.ofMillis(100));
    bench.circuit.tick();
    bench.poll();

    assertThat(outcomes()).containsExactly("r1 SIGNED", "r2 SIGNED");
    assertThat(bench.enclave.asked().stream().map(Asked::text)).containsExactly("a", "b", "b");
  }

  /// Told to stop while a batch waits, the container ends without giving it again or committing.
  @Test
  void aWorkerThatStopsWhileABatchWaitsLeavesOnlyWhatIsNotSettled() {
    bench.enclave.script(refusing("c", Refusal.KMS_UNAVAILABLE));
    bench.produce(TestJobs.sign("r1", "alice", "a"));
    bench.produce(TestJobs.sign("r2", "alice", "b"));
    bench.produce(TestJobs.sign("r3", "alice", "c"));
    bench.produce(TestJobs.sign("r4", "alice", "d"));
    assertThatThrownBy(bench::poll).isInstanceOf(DependencyDownException.class);
    assertThat(bench.committed()).as("r1 and r2 are settled").isEqualTo(2);

    bench.listener = bench.newWorker();
    bench.enclave.script((link, asked) -> link.sign(asked));
    bench.pass(Duration.ofMillis(100));
    bench.circuit.tick();
    bench.poll();

    assertThat(outcomes())
        .containsExactly("r1 SIGNED", "r2 SIGNED", "r4 SIGNED", "r3 SIGNED", "r4 SIGNED");
  }

  /// While a batch waits the container polls, and may lose a partition; it gives the batch again
  /// all the same.
  @Test
  void aBatchThatIsGivenAgainAfterItsPartitionMovedRepeatsNothingThatIsSettled() {
    bench.enclave.script(refusing("a", Refusal.KMS_UNAVAILABLE));
    bench.produce(TestJobs.sign("r1", "alice", "a"));
    bench.produce(TestJobs.sign("r2", "alice", "b"));
    assertThatThrownBy(bench::poll).isInstanceOf(DependencyDownException.class);
    assertThat(outcomes()).containsExactly("r2 SIGNED");
    bench.listener.onPartitionsRevokedAfterCommit(bench.consumer, Set.of(Bench.JOBS));

    bench.enclave.script((link, asked) -> link.sign(asked));
    bench.pass(Duration.ofMillis(100));
    bench.circuit.tick();
    bench.poll();

    assertThat(outcomes()).containsExactly("r2 SIGNED", "r1 SIGNED");
  }

  @Test
  void aBatchThatNobodyAnswersIsAnOutageUntilATrialShowsOtherwise() {
    bench.enclave.script((_, _) -> {});
    bench.produce(TestJobs.sign("r1", "alice", "a"));
    bench.produce(TestJobs.sign("r2", "alice", "b"));

    assertThatThrownBy(bench::poll).isInstanceOf(DependencyDownException.class);

    assertThat(bench.producer.history()).isEmpty();
    assertThat(bench.circuit.isClosed()).isFalse();
  }

  @Test
  void aRegistryThatIsAwayStopsConsumption() {
    bench.produce(TestJobs.sign("r1", "alice", "m"));
    bench.decoder =
        (_, _) -> {
          throw new RegistryUnavailableException("no registry");
        };
    assertThatThrownBy(bench::poll).isInstanceOf(DependencyDownException.class);
    bench.decoder =
        (_, _) -> {
          throw new SerializationException("as Confluent's", new java.net.ConnectException());
        };
    assertThatThrownBy(bench::poll).isInstanceOf(DependencyDownException.class);
    assertThat(bench.producer.history()).isEmpty();
    bench.decoder = PlainAvro::job;
    bench.poll();
    assertThat(outcomes()).containsExactly("r1 SIGNED");
  }

  @Test
  void aBrokerThatRefusesLosesNothing() {
    bench.produce(TestJobs.sign("r1", "alice", "m"));
    bench.producer.sendException = new NotEnoughReplicasException("below min.insync.replicas");
    assertThatThrownBy(bench::poll).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(bench::poll).isInstanceOf(RuntimeException.class);
    bench.producer.sendException = null;
    bench.poll();
    assertThat(outcomes()).containsExactly("r1 SIGNED");
    assertThat(bench.sentTo("t.dead-letters")).isEmpty();
  }

  @Test
  void slowDecodingIsNotHeldAgainstTheEnclave() {
    bench.decoder =
        (topic, bytes) -> {
          LockSupport.parkNanos(Duration.ofMillis(400).toNanos());
          return PlainAvro.job(topic, bytes);
        };
    bench.produce(TestJobs.sign("r1", "alice", "m"));
    bench.poll();
    assertThat(outcomes()).containsExactly("r1 SIGNED");
    assertThat(bench.enclave.connections()).isEqualTo(1);
  }

  @Test
  void eachSettledJobIsCountedOnce() {
    bench.produce(TestJobs.sign("r1", "alice", "a"));
    bench.produce(new byte[] {1});
    bench.poll();
    assertThat(bench.meters.get("pq.signer.worker.outcomes").tag("outcome", "signed").counter())
        .satisfies(c -> assertThat(c.count()).isEqualTo(1));
    assertThat(
            bench
                .meters
                .get("pq.signer.worker.outcomes")
                .tag("to", "dead-letters")
                .tag("code", "malformed_request")
                .counter())
        .satisfies(c -> assertThat(c.count()).isEqualTo(1));
  }
}
