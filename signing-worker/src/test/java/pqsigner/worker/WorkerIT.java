package pqsigner.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.worker.testing.RunningWorker.FIRST_LANE;
import static pqsigner.worker.testing.RunningWorker.SECOND_LANE;
import static pqsigner.worker.testing.RunningWorker.TOPICS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import pqsigner.events.EventHeaders;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.SigningReply;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Phase;
import pqsigner.protocol.Refusal;
import pqsigner.worker.batch.TestJobs;
import pqsigner.worker.enclave.ScriptedEnclave;
import pqsigner.worker.testing.Await;
import pqsigner.worker.testing.RunningWorker;

/// The worker as a process, against real parts.
@Timeout(300)
@ExtendWith(RunningWorker.Extension.class)
class WorkerIT extends WorkerCalls {

  WorkerIT(RunningWorker worker) {
    super(worker);
  }

  @Test
  void jobsAreSignedAndAnsweredWhereTheAskerListens() {
    worker.produce(jobs(300));
    worker.produce(
        List.of(
            TestJobs.sign(name + "-p", "user", "m", null, 2), TestJobs.generate(name + "-g", "n")));

    worker.awaitSigned(name, 301);
    Await.until("the new key", () -> worker.answered(name, "GENERATED").size() == 1);

    assertThat(worker.replies(name))
        .filteredOn(reply -> reply.getRequestId().equals(name + "-7"))
        .extracting(SigningReply::getSignature)
        .containsExactly(ByteBuffer.wrap(ScriptedEnclave.signature(name + "-7")));
    assertThat(worker.replyRecords(name))
        .filteredOn(message -> new String(message.key(), UTF_8).equals(name + "-p"))
        .extracting(ConsumerRecord::partition)
        .containsExactly(2);
    assertThat(worker.status("/actuator/health/liveness")).isEqualTo(200);
    assertThat(worker.status("/actuator/prometheus")).isEqualTo(200);
  }

  @Test
  void stragglersHoldUpNobodyAndGoThroughTheLanesToTheDeadLetters() {
    worker
        .enclave()
        .script(
            (link, asked) -> {
              if (!asked.text().startsWith("slow")) {
                link.sign(asked);
              }
            });
    List<SigningJob> all = new ArrayList<>(jobs(198));
    all.add(50, TestJobs.sign(name + "-slow1", "user-1", "slow1"));
    all.add(150, TestJobs.sign(name + "-slow2", "user-2", "slow2"));
    long start = System.nanoTime();
    worker.produce(all);

    worker.awaitSigned(name, 198);
    Duration others = Duration.ofNanos(System.nanoTime() - start);
    Await.until("failed stragglers", () -> worker.answered(name, "FAILED").size() == 2);

    System.out.println("198 jobs beside 2 stragglers took " + others.toMillis() + " ms");
    List<ConsumerRecord<byte[], byte[]>> dead =
        worker.on(TOPICS.deadLetters()).stream()
            .filter(m -> header(m, EventHeaders.CODE).equals("enclave_unavailable"))
            .toList();
    assertThat(dead).hasSize(2);
    assertThat(header(dead.getFirst(), EventHeaders.ATTEMPT)).isEqualTo("3");
    assertThat(worker.job(dead.getFirst()).getRequestId()).startsWith(name + "-slow");
    Instant firstSeen = Instant.parse(header(dead.getFirst(), EventHeaders.FIRST_SEEN));
    assertThat(Instant.ofEpochMilli(dead.getFirst().timestamp()))
        .isAfterOrEqualTo(firstSeen.plus(FIRST_LANE).plus(SECOND_LANE));
  }

  @Test
  void aThrottledJobSucceedsAfterItsLane() {
    AtomicInteger tries = new AtomicInteger();
    worker
        .enclave()
        .script(
            (link, asked) -> {
              if (asked.text().equals("throttled") && tries.incrementAndGet() == 1) {
                link.answer(asked.id(), new Answer.Refused(Refusal.KMS_THROTTLED));
              } else {
                link.sign(asked);
              }
            });
    worker.produce(List.of(TestJobs.sign(name + "-0", "user", "throttled")));
    worker.awaitSigned(name, 1);
    assertThat(tries).hasValue(2);
  }

  @Test
  void whatWaitsOnALaneOutlivesTheDelayLine() {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    worker
        .enclave()
        .script(
            (link, asked) -> {
              if (seen.add(asked.text())) {
                link.answer(asked.id(), new Answer.Refused(Refusal.KMS_THROTTLED));
              } else {
                link.sign(asked);
              }
            });
    int before = worker.on(TOPICS.retry5s()).size();
    worker.delayLine().kill();
    worker.produce(jobs(40));
    Await.until("jobs on the lane", () -> worker.on(TOPICS.retry5s()).size() == before + 40);
    assertThat(worker.replies(name)).isEmpty();
    worker.delayLine().restart();
    worker.awaitSigned(name, 40);
  }

  /// As on a broker that does not bound what a record becomes: one that is more than the delay line
  /// keeps, and one that is more than the jobs topic takes.
  @Test
  void aRecordThatIsTooLargeForAJobHoldsUpNoLane() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    worker
        .enclave()
        .script(
            (link, asked) -> {
              if (tries.incrementAndGet() <= 12) {
                link.answer(asked.id(), new Answer.Refused(Refusal.KMS_THROTTLED));
              } else {
                link.sign(asked);
              }
            });
    for (int partition = 0; partition < 3; partition++) {
      worker.bomb(TOPICS.retry5s(), partition, 4 << 20);
      worker.bomb(TOPICS.retry5s(), partition, 400 << 10);
    }

    worker.produce(jobs(12));

    worker.awaitSigned(name, 12);
    Await.until("a letter for each of them", () -> lettersOf(TOPICS.retry5s()).size() >= 6);
    assertThat(lettersOf(TOPICS.retry5s())).hasSize(6).allMatch(letter -> letter.value() == null);
  }

  private List<ConsumerRecord<byte[], byte[]>> lettersOf(String topic) {
    return worker.on(TOPICS.deadLetters()).stream()
        .filter(letter -> header(letter, EventHeaders.ORIGIN_TOPIC).equals(topic))
        .toList();
  }

  /// A host that is taken over must not find in its worker what may write jobs.
  @Test
  void theWorkerHoldsNothingOfTheDelayLinesAndTheDelayLineNothingOfTheWorkers() throws IOException {
    assertThat(told(worker.process().pid()))
        .contains("worker.key", "AWS_SECRET_ACCESS_KEY")
        .doesNotContain("delay-line");
    assertThat(told(worker.delayLine().pid()))
        .contains("delay-line.key")
        .doesNotContain("worker.key", "AWS_", "pq-signer.enclave", "pq-signer.aws", "registry");
  }

  /// What comes behind the class path, and the environment.
  private static String told(long pid) throws IOException {
    String arguments = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
    return arguments.substring(arguments.indexOf(".ParentWatch"))
        + Files.readString(Path.of("/proc", Long.toString(pid), "environ"));
  }

  @Test
  void anEnclaveOutagePausesConsumptionAndFillsNoLaneAndNoDeadLetter() throws IOException {
    int before = worker.diverted();
    worker.enclave().close();
    worker.produce(jobs(60));
    worker.awaitReady(false);
    assertThat(worker.status("/actuator/health/liveness")).isEqualTo(200);
    worker.restartEnclave();
    worker.awaitSigned(name, 60);
    worker.awaitReady(true);
    assertThat(worker.diverted()).isEqualTo(before);
  }

  @Test
  void anEnclaveThatHangsIsAnOutageToo() {
    int before = worker.diverted();
    worker.enclave().freeze();
    worker.produce(jobs(60));
    worker.awaitReady(false);
    worker.enclave().thaw();
    worker.awaitSigned(name, 60);
    worker.awaitReady(true);
    assertThat(worker.diverted()).isEqualTo(before);
  }

  @Test
  void aKmsOutagePausesConsumptionAndHealsByItself() {
    int before = worker.diverted();
    worker.enclave().script(refusingAll(Refusal.KMS_UNAVAILABLE));
    worker.produce(jobs(60));
    worker.awaitReady(false);
    worker.enclave().script((link, asked) -> link.sign(asked));
    worker.awaitSigned(name, 60);
    worker.awaitReady(true);
    assertThat(worker.diverted()).isEqualTo(before);
  }

  /// As when an image or a role is missing in the key policy for a while.
  @Test
  void aKmsThatDeniesEverythingPausesConsumptionAndHealsByItself() {
    int before = worker.diverted();
    worker.enclave().refuseCredentials(Refusal.KMS_DENIED);
    worker
        .enclave()
        .script(
            (link, asked) -> {
              worker.enclave().phase(Phase.ATTESTED);
              link.answer(asked.id(), new Answer.Refused(Refusal.KMS_DENIED));
            });
    worker.produce(jobs(60));
    worker.awaitReady(false);
    Await.until("refused credentials", () -> cause("kms_denied") == 1);
    worker.enclave().script((link, asked) -> link.sign(asked));
    worker.enclave().refuseCredentials(null);
    worker.awaitSigned(name, 60);
    worker.awaitReady(true);
    assertThat(worker.diverted()).isEqualTo(before);
    assertThat(worker.replies(name)).hasSize(60);
    assertThat(cause("kms_denied")).isZero();
  }

  private int cause(String cause) {
    return worker
        .metrics()
        .lines()
        .filter(line -> line.matches("pq_signer_worker_circuit_cause\\{.*\"" + cause + "\".*"))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .mapToInt(value -> (int) Double.parseDouble(value))
        .sum();
  }

  @Test
  void aBulkJobIsAnsweredOnTheBulkRepliesEvenAfterALane() {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    worker
        .enclave()
        .script(
            (link, asked) -> {
              if (seen.add(asked.text())) {
                link.answer(asked.id(), new Answer.Refused(Refusal.KMS_THROTTLED));
              } else {
                link.sign(asked);
              }
            });
    worker.produceBulk(jobs(40));
    worker.awaitSigned(name, 40);
    assertThat(worker.replyRecords(name))
        .extracting(ConsumerRecord::topic)
        .containsOnly(TOPICS.bulkReplies());
  }

  @Test
  void poisonIsDivertedWithItsOriginalBytes() {
    byte[] key = (name + "-poison").getBytes(UTF_8);
    List<byte[]> poisons =
        List.of(
            new byte[0],
            new byte[] {1, 2, 3},
            new byte[] {0, 0x7f, 0x7f, 0x7f, 0x7f, 1, 2},
            "{\"json\":true}".getBytes(UTF_8));
    poisons.forEach(poison -> worker.produceBytes(key, poison));
    worker.produce(jobs(20));

    worker.awaitSigned(name, 20);
    Await.until("four dead letters", () -> dead(key).size() == 4);

    assertThat(dead(key).stream().map(ConsumerRecord::value))
        .containsExactlyInAnyOrderElementsOf(poisons);
    ConsumerRecord<byte[], byte[]> letter = dead(key).getFirst();
    assertThat(header(letter, EventHeaders.CODE)).isEqualTo("malformed_request");
    assertThat(header(letter, EventHeaders.ORIGIN_TOPIC)).isEqualTo(TOPICS.jobs());
    assertThat(header(letter, EventHeaders.REASON).length()).isBetween(1, 200);
    assertThat(header(letter, EventHeaders.BUILD)).isNotEqualTo("absent");
  }

  private List<ConsumerRecord<byte[], byte[]>> dead(byte[] key) {
    return worker.on(TOPICS.deadLetters()).stream()
        .filter(message -> Arrays.equals(message.key(), key))
        .toList();
  }

  @Test
  void aJobThatKillsTheEnclaveIsGivenUpAndTheOthersAreSigned() {
    worker
        .enclave()
        .script(
            (link, asked) -> {
              if (asked.text().equals("killer")) {
                link.drop();
              } else {
                link.sign(asked);
              }
            });
    List<SigningJob> all = new ArrayList<>(jobs(30));
    all.add(10, TestJobs.sign(name + "-killer", "user-3", "killer"));
    worker.produce(all);

    Await.until("the killer given up", () -> worker.answered(name, "FAILED").size() == 1);
    worker.awaitSigned(name, 30);

    assertThat(worker.answered(name, "FAILED")).containsExactly(name + "-killer");
  }

  @Test
  void whatAWorkerFinishedBeforeItStoppedIsNotRepeated() {
    List<SigningJob> all = jobs(400);
    worker.produce(all.subList(0, 200));
    Await.until("some signatures", () -> !worker.answered(name, "SIGNED").isEmpty());
    assertThat(worker.process().terminate(Duration.ofSeconds(40))).isTrue();
    Instant stopped = Instant.now();
    worker.produce(all.subList(200, 400));
    worker.process().restart();
    worker.awaitSigned(name, 400);
    worker.awaitNoLag();
    // Only those: a partition that moves to the second consumer as the group forms may bring a
    // batch of the new worker's twice.
    List<String> finished =
        worker.replies(name).stream()
            .filter(reply -> reply.getCompletedAt().isBefore(stopped))
            .map(SigningReply::getRequestId)
            .toList();
    assertThat(finished).isNotEmpty().doesNotHaveDuplicates();
    assertThat(worker.replies(name))
        .filteredOn(reply -> finished.contains(reply.getRequestId()))
        .hasSameSizeAs(finished);
  }

  @Test
  void aWorkerThatIsKilledLosesNothing() {
    List<SigningJob> all = jobs(400);
    worker.produce(all.subList(0, 300));
    Await.until("some signatures", () -> !worker.answered(name, "SIGNED").isEmpty());
    worker.process().kill();
    worker.produce(all.subList(300, 400));
    worker.process().restart();
    worker.awaitSigned(name, 400);
    worker.awaitNoLag();
    assertThat(worker.answered(name, "FAILED")).isEmpty();
  }
}
