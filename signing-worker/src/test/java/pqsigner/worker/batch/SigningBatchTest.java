package pqsigner.worker.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import pqsigner.events.ErrorCode;
import pqsigner.events.avro.SigningJob;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Frame;
import pqsigner.protocol.Limits;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;
import pqsigner.worker.batch.Outcome.Dependency;
import pqsigner.worker.exchange.Exchange;
import pqsigner.worker.exchange.Exchange.Ending;

class SigningBatchTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final List<Ending> ENDINGS = List.of(Ending.values());

  /// Jobs whose ids are their slots.
  private static SigningBatch plan(SigningJob... jobs) {
    return SigningBatch.plan(arrivals(List.of(jobs)), NOW);
  }

  private static List<Arrival> arrivals(List<SigningJob> jobs) {
    List<Arrival> arrivals = new ArrayList<>();
    for (SigningJob job : jobs) {
      arrivals.add(TestJobs.arrival(arrivals.size(), job));
    }
    return arrivals;
  }

  private static SigningJob job(String requestId, String userId) {
    return TestJobs.sign(requestId, userId, "m");
  }

  private static SigningJob job(String requestId, Instant deadline) {
    return TestJobs.sign(requestId, "user", "m", deadline, -1);
  }

  private static SigningJob job(String requestId, int messageBytes) {
    SigningJob job = job(requestId, "alice");
    job.put("message", ByteBuffer.allocate(messageBytes));
    return job;
  }

  private static Answer.Signed signed(int marker) {
    return new Answer.Signed(new byte[] {(byte) marker}, 0);
  }

  @Test
  void messagesUnderOneKeyTravelInOneFrame() {
    SigningBatch batch = plan(job("1", "alice"), job("2", "bob"), job("3", "alice"));
    assertThat(batch.frames()).hasSize(2);
    assertThat(ids(batch.frames().firstEntry())).containsExactly(0L, 2L);
    assertThat(ids(batch.frames().lastEntry())).containsExactly(1L);
  }

  @Test
  void anotherRecordOfTheSameUserIsAnotherKey() {
    SigningJob other = job("2", "alice");
    other.getKey().put("encrypted_data_key", ByteBuffer.allocate(9));
    assertThat(plan(job("1", "alice"), other).frames()).hasSize(2);
  }

  @Test
  void keyGenerationsTravelAlone() {
    SigningBatch batch = plan(TestJobs.generate("1", "alice"), TestJobs.generate("2", "alice"));
    assertThat(batch.frames().keySet()).containsExactly(0L, 1L);
    assertThat(batch.frames().values()).hasOnlyElementsOfType(Request.GenerateKey.class);
  }

  @Test
  void theEnclaveIsNotAskedAboutAnExpiredJob() {
    SigningBatch batch = plan(job("1", NOW), job("2", NOW.plusMillis(1)));
    assertThat(batch.decided()).isEqualTo(Map.of(0, new Outcome.Expired()));
    assertThat(batch.frames().keySet()).containsExactly(1L);
  }

  @Test
  void whatCannotBeAJobIsDeadLetteredAndHoldsUpNobody() {
    SigningBatch batch =
        SigningBatch.plan(
            List.of(
                new Arrival.Undecodable("no magic byte"),
                new Arrival.Broken(job("2", "alice"), "no key"),
                TestJobs.arrival(2, job("3", "alice"))),
            NOW);
    List<Outcome> outcomes = batch.outcomes(new Exchange(Map.of(2L, signed(1)), Ending.COMPLETE));
    assertThat(outcomes.getFirst())
        .isEqualTo(new Outcome.DeadLettered(ErrorCode.MALFORMED_REQUEST, "no magic byte"));
    assertThat(outcomes.get(1))
        .isEqualTo(new Outcome.DeadLettered(ErrorCode.MALFORMED_REQUEST, "no key"));
    assertThat(outcomes.get(2)).isInstanceOf(Outcome.Completed.class);
  }

  @Test
  void aRepeatedRequestIsAskedAboutOnceAndHasOneOutcome() {
    SigningBatch batch = plan(job("1", "alice"), job("2", "alice"), job("1", "alice"));
    assertThat(batch.copyOf()).isEqualTo(Map.of(2, 0));
    List<Outcome> outcomes =
        batch.outcomes(new Exchange(Map.of(0L, signed(1), 1L, signed(2)), Ending.COMPLETE));
    assertThat(outcomes.get(2)).isEqualTo(outcomes.get(0));
  }

  @Test
  void ofTwoCopiesTheOneThatMayBeSignedLongerIsAskedAbout() {
    assertThat(plan(job("1", NOW), job("1", NOW.plusSeconds(9))).copyOf()).isEqualTo(Map.of(0, 1));
    assertThat(plan(job("1", NOW), job("1", "user")).copyOf()).isEqualTo(Map.of(0, 1));
    assertThat(plan(job("1", "user"), job("1", NOW)).copyOf()).isEqualTo(Map.of(1, 0));
  }

  @Test
  void theSameIdWithOtherContentIsNoCopy() {
    SigningJob other = job("1", "user");
    other.put("digest", ByteBuffer.allocate(32));
    assertThat(plan(job("1", "user"), other).copyOf()).isEmpty();
  }

  @Test
  void aMissingAnswerAtTheDeadlineMakesAStraggler() {
    SigningBatch batch = plan(job("1", "alice"), job("2", "alice"));
    assertThat(batch.outcomes(new Exchange(Map.of(0L, signed(1)), Ending.DEADLINE)).get(1))
        .isInstanceOf(Outcome.RetryLater.class);
  }

  @Test
  void nobodyIsAStragglerWhileADependencyIsDown() {
    SigningBatch batch = plan(job("1", "alice"), job("2", "alice"));
    Answer.ToJob kms = new Answer.Refused(Refusal.KMS_UNAVAILABLE);
    assertThat(batch.outcomes(new Exchange(Map.of(0L, kms), Ending.DEADLINE)))
        .containsOnly(new Outcome.DependencyDown(Dependency.KMS));
    assertThat(batch.outcomes(new Exchange(Map.of(), Ending.LOST)))
        .containsOnly(new Outcome.DependencyDown(Dependency.ENCLAVE));
    assertThat(batch.outcomes(new Exchange(Map.of(), Ending.UNREACHABLE)))
        .containsOnly(new Outcome.DependencyDown(Dependency.ENCLAVE));
    assertThat(batch.outcomes(new Exchange(Map.of(), Ending.SILENT)))
        .containsOnly(new Outcome.DependencyDown(Dependency.KMS));
  }

  @Test
  void whatWasAnsweredBeforeTheLossCounts() {
    SigningBatch batch = plan(job("1", "alice"), job("2", "alice"));
    assertThat(batch.outcomes(new Exchange(Map.of(0L, signed(1)), Ending.LOST)).getFirst())
        .isInstanceOf(Outcome.Completed.class);
  }

  @Test
  void aFrameTakesAsManyItemsAsTheProtocolAllowsAndNotOneMore() {
    List<SigningJob> jobs = new ArrayList<>();
    for (int i = 0; i <= Limits.SIGN_ITEMS_MAX; i++) {
      jobs.add(job("r" + i, "alice"));
    }
    SigningBatch batch = SigningBatch.plan(arrivals(jobs), NOW);
    assertThat(batch.frames()).hasSize(2);
    assertThat(ids(batch.frames().firstEntry())).hasSize(Limits.SIGN_ITEMS_MAX);
  }

  @Test
  void aFrameIsFilledToTheLastByteAndNotBeyond() {
    Request.Sign sign = (Request.Sign) TestJobs.arrival(0, job("r", 0)).request();
    int empty = new Request.Sign(sign.key(), List.of()).encode().length;
    int item = sign.items().getFirst().encodedBytes();
    int room = Limits.FRAME_BYTES_MAX - Limits.FRAME_HEADER_BYTES - empty - 5 * item;
    int last = room - 4 * (room / 5);
    assertThat(last).isLessThanOrEqualTo(Limits.MESSAGE_BYTES_MAX);
    for (int extra : new int[] {0, 1}) {
      List<SigningJob> jobs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        jobs.add(job("r" + i, room / 5));
      }
      jobs.add(job("last", last + extra));
      SigningBatch batch = SigningBatch.plan(arrivals(jobs), NOW);
      assertThat(batch.frames()).hasSize(1 + extra);
      batch.frames().forEach((id, request) -> Frame.of(id, request).encode());
    }
  }

  /// Whatever the jobs: each that needs the enclave is asked about exactly once, every frame fits
  /// the wire, and every slot has an outcome whatever part of the answers came.
  @Test
  void anyBatchIsPlannedCompletelyAndWithinTheBounds() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      List<Arrival> arrivals = new ArrayList<>();
      int size = 1 + random.nextInt(200);
      for (int i = 0; i < size; i++) {
        arrivals.add(arrival(i, random));
      }
      SigningBatch batch = SigningBatch.plan(arrivals, NOW);
      Set<Long> asked = new HashSet<>();
      Map<Long, Answer.ToJob> answers = new HashMap<>();
      for (Map.Entry<Long, Request.Job> frame : batch.frames().entrySet()) {
        Frame.of(frame.getKey(), frame.getValue()).encode();
        for (long id : ids(frame)) {
          assertThat(asked.add(id)).as("seed %d id %d twice", seed, id).isTrue();
          if (random.nextBoolean()) {
            answers.put(id, signed((int) id));
          }
        }
      }
      assertThat(asked).as("seed %d", seed).hasSize(batch.asked());
      assertThat(asked.size() + batch.decided().size() + batch.copyOf().size())
          .as("seed %d", seed)
          .isEqualTo(size);
      assertThat(batch.copyOf().values())
          .as("no copy of a copy")
          .noneMatch(batch.copyOf()::containsKey);
      Ending ending = ENDINGS.get(random.nextInt(ENDINGS.size()));
      assertThat(batch.outcomes(new Exchange(answers, ending))).hasSize(size);
    }
  }

  private static Arrival arrival(long id, Random random) {
    Instant deadline = random.nextInt(5) == 0 ? NOW.plusMillis(random.nextInt(3) - 1) : null;
    String requestId = "r" + random.nextInt(150);
    return switch (random.nextInt(12)) {
      case 0 -> new Arrival.Undecodable("bytes");
      case 1 -> new Arrival.Broken(job(requestId, "u"), "broken");
      case 2 -> TestJobs.arrival(id, TestJobs.generate(requestId, "u"));
      default -> {
        int bytes = random.nextInt(8) == 0 ? random.nextInt(65_537) : random.nextInt(300);
        String user = "u" + random.nextInt(4);
        SigningJob job = TestJobs.sign(requestId, user, "m", deadline, -1);
        job.put("message", ByteBuffer.allocate(bytes));
        yield TestJobs.arrival(id, job);
      }
    };
  }

  private static List<Long> ids(Map.Entry<Long, Request.Job> frame) {
    return frame.getValue().answerIds(frame.getKey()).boxed().toList();
  }
}
