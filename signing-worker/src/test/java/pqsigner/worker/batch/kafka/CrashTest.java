package pqsigner.worker.batch.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pqsigner.events.EventHeaders;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.SigningReply;
import pqsigner.worker.batch.StartMark;
import pqsigner.worker.batch.TestJobs;
import pqsigner.worker.enclave.ScriptedEnclave.Asked;
import pqsigner.worker.kafka.DependencyDownException;

/// Jobs that take the enclave or the worker down with them: found out, given up, and nobody else
/// harmed.
@Timeout(60)
class CrashTest {
  private Bench bench;

  @BeforeEach
  void start() throws Exception {
    bench = new Bench();
  }

  @AfterEach
  void end() throws Exception {
    bench.end();
  }

  private void enclaveDiesOf(String text) {
    bench.enclave.script(
        (link, asked) -> {
          if (asked.text().equals(text)) {
            link.drop();
          } else {
            link.sign(asked);
          }
        });
  }

  private void workerDiesOf(String requestId) {
    bench.decoder =
        (topic, bytes) -> {
          Object decoded = PlainAvro.job(topic, bytes);
          if (decoded instanceof SigningJob job && job.getRequestId().equals(requestId)) {
            throw new OutOfMemoryError("simulated");
          }
          return decoded;
        };
  }

  /// Gives batches until all is committed, with a new worker after each one that died.
  ///
  /// @return how often the worker or the enclave died
  private int drain(int records) {
    int deaths = 0;
    while (bench.committed() < records) {
      assertThat(deaths).as("deaths").isLessThan(20);
      bench.awaitClosed();
      try {
        bench.poll();
      } catch (DependencyDownException e) {
        deaths++;
      } catch (OutOfMemoryError e) {
        deaths++;
        bench.listener = bench.newWorker();
      }
    }
    return deaths;
  }

  private List<String> signed() {
    return bench.replies().stream()
        .filter(r -> r.getOutcome().equals("SIGNED"))
        .map(SigningReply::getRequestId)
        .distinct()
        .toList();
  }

  private void assertGivenUp(String requestId) {
    assertThat(bench.sentTo("t.dead-letters")).hasSize(1);
    assertThat(
            EventHeaders.text(
                bench.sentTo("t.dead-letters").getFirst().headers(), EventHeaders.CODE))
        .contains("internal");
    assertThat(bench.replies())
        .filteredOn(r -> r.getOutcome().equals("FAILED"))
        .extracting(SigningReply::getRequestId)
        .containsExactly(requestId);
  }

  @Test
  void aJobThatKillsTheEnclaveIsGivenUpAfterThreeTriesAlone() {
    enclaveDiesOf("poison");
    bench.produce(TestJobs.sign("r1", "alice", "a"));
    bench.produce(TestJobs.sign("r2", "alice", "poison"));
    bench.produce(TestJobs.sign("r3", "bob", "c"));

    int deaths = drain(3);

    assertGivenUp("r2");
    assertThat(signed()).containsExactlyInAnyOrder("r1", "r3");
    assertThat(deaths).as("once among others, three times alone").isEqualTo(4);
    assertThat(bench.sentTo("t.retry-5s")).isEmpty();
  }

  @Test
  void aJobThatKillsTheWorkerIsGivenUpByItsSuccessors() {
    bench.produce(TestJobs.sign("r1", "alice", "a"));
    bench.produce(TestJobs.generate("r2", "alice"));
    bench.produce(TestJobs.sign("r3", "bob", "c"));
    List<String> decodedSafely = new ArrayList<>();
    bench.decoder =
        (topic, bytes) -> {
          SigningJob job = (SigningJob) PlainAvro.job(topic, bytes);
          if (job.getRequestId().equals("r2") && decodedSafely.isEmpty()) {
            throw new OutOfMemoryError("simulated");
          }
          return job;
        };
    int deaths = 0;
    while (bench.committed() < 1 || !bench.mark().equals(new StartMark(3).text())) {
      deaths++;
      assertThat(deaths).isLessThan(10);
      assertThatThrownBy(bench::poll).isInstanceOf(OutOfMemoryError.class);
      bench.listener = bench.newWorker();
    }
    decodedSafely.add("to be given up, it is decoded once more");

    bench.poll();

    assertGivenUp("r2");
    assertThat(signed()).containsExactlyInAnyOrder("r1", "r3");
    assertThat(bench.enclave.asked().stream().map(Asked::generate)).doesNotContain(true);
  }

  @Test
  void giveUpDoesNotNeedToDecodeWhatKillsTheDecoder() {
    workerDiesOf("r1");
    bench.produce(TestJobs.sign("r1", "alice", "a"));
    bench.produce(TestJobs.sign("r2", "alice", "b"));

    drain(2);

    assertThat(bench.sentTo("t.dead-letters")).hasSize(1);
    assertThat(signed()).containsExactly("r2");
  }

  @Test
  void oneDeathBlamesNobody() {
    boolean[] died = {false};
    bench.enclave.script(
        (link, asked) -> {
          if (!died[0]) {
            died[0] = true;
            link.drop();
          } else {
            link.sign(asked);
          }
        });
    bench.produce(TestJobs.sign("r1", "alice", "a"));
    bench.produce(TestJobs.sign("r2", "alice", "b"));

    assertThat(drain(2)).isEqualTo(1);

    assertThat(signed()).containsExactlyInAnyOrder("r1", "r2");
    assertThat(bench.sentTo("t.dead-letters")).isEmpty();
  }

  @Test
  void afterACrashTheNextBatchGoesAtFullSpeedAgain() {
    bench.produce(TestJobs.sign("r1", "alice", "a"));
    bench.poll();
    assertThat(bench.mark()).isEmpty();
    bench.listener = bench.newWorker();
    bench.produce(TestJobs.sign("r2", "alice", "b"));
    bench.produce(TestJobs.sign("r3", "alice", "c"));
    int frames = bench.enclave.signFrames();
    bench.poll();
    assertThat(bench.enclave.signFrames() - frames).as("both in one frame").isEqualTo(1);
  }

  @Test
  void aMarkThatAnEarlierWorkerLeftMakesItsSuccessorCautious() {
    workerDiesOf("r2");
    bench.produce(TestJobs.sign("r1", "alice", "a"));
    bench.produce(TestJobs.sign("r2", "alice", "b"));
    assertThatThrownBy(bench::poll).isInstanceOf(OutOfMemoryError.class);
    assertThat(bench.mark()).isEqualTo(new StartMark(0).text());
    bench.listener = bench.newWorker();
    assertThatThrownBy(bench::poll).isInstanceOf(OutOfMemoryError.class);
    assertThat(bench.committed()).as("r1 went alone and is done").isEqualTo(1);
    assertThat(signed()).containsExactly("r1");
    assertThat(bench.mark()).isEqualTo(new StartMark(1).text());
  }

  /// What was settled before it is committed with the mark; committed once more it would wipe it.
  @Test
  void theMarkOfARecordThatFailsAloneStaysForWhoeverComesNext() {
    bench.decoder =
        (topic, bytes) -> {
          SigningJob job = (SigningJob) PlainAvro.job(topic, bytes);
          if (job.getRequestId().equals("r2")) {
            throw new IllegalStateException("a bug of ours");
          }
          return job;
        };
    bench.produce(TestJobs.sign("r1", "alice", "a"));
    bench.produce(TestJobs.sign("r2", "alice", "b"));
    assertThatThrownBy(bench::poll).as("together").isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(bench::poll).as("alone").isInstanceOf(IllegalStateException.class);

    assertThat(signed()).containsExactly("r1");
    assertThat(bench.committed()).isEqualTo(1);
    assertThat(bench.mark()).isEqualTo(new StartMark(1).text());
  }

  @Test
  void anOutageIsNotHeldAgainstTheRecordThatWaits() throws Exception {
    enclaveDiesOf("a");
    bench.produce(TestJobs.sign("r1", "alice", "a"));
    assertThatThrownBy(bench::poll).isInstanceOf(DependencyDownException.class);
    bench.enclave.script((link, asked) -> link.sign(asked));
    bench.awaitClosed();
    bench.producer.sendException =
        new org.apache.kafka.common.errors.TimeoutException("broker away");
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(bench::poll).isInstanceOf(RuntimeException.class);
    }
    bench.producer.sendException = null;
    bench.poll();
    assertThat(signed()).containsExactly("r1");
    assertThat(bench.sentTo("t.dead-letters")).isEmpty();
  }

  @Test
  void aRecordThatOurOwnCodeFailsOnIsGivenUpToo() {
    bench.decoder =
        (topic, bytes) -> {
          SigningJob job = (SigningJob) PlainAvro.job(topic, bytes);
          if (job.getRequestId().equals("r1")) {
            throw new IllegalStateException("a bug of ours");
          }
          return job;
        };
    bench.produce(TestJobs.sign("r1", "alice", "a"));
    bench.produce(TestJobs.sign("r2", "alice", "b"));
    for (int i = 0; i < 20 && bench.committed() < 2; i++) {
      try {
        bench.poll();
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("a bug of ours");
      }
    }
    assertThat(bench.sentTo("t.dead-letters")).hasSize(1);
    assertThat(signed()).containsExactly("r2");
  }

  /// Workers that die anywhere, in any order: every good job is answered, every bad one is given
  /// up, nothing else.
  @Test
  void whateverDiesWheneverNothingIsLostAndOnlyPoisonIsGivenUp() {
    for (long seed = 0; seed < 12; seed++) {
      Random random = new Random(seed);
      int start = bench.committed();
      int size = 3 + random.nextInt(20);
      String poison = "s" + seed + "-" + random.nextInt(size);
      for (int i = 0; i < size; i++) {
        bench.produce(TestJobs.sign("s" + seed + "-" + i, "u" + i % 3, "s" + seed + "-" + i));
      }
      if (random.nextBoolean()) {
        enclaveDiesOf(poison);
      } else {
        workerDiesOf(poison);
      }
      int deadBefore = bench.sentTo("t.dead-letters").size();
      drain(start + size);
      bench.decoder = PlainAvro::job;
      assertThat(bench.sentTo("t.dead-letters").size()).isEqualTo(deadBefore + 1);
      Set<String> answered = Set.copyOf(signed());
      for (int i = 0; i < size; i++) {
        String id = "s" + seed + "-" + i;
        assertThat(answered.contains(id)).as(id).isEqualTo(!id.equals(poison));
      }
    }
  }
}
