package pqsigner.worker.batch;

import static org.assertj.core.api.Assertions.assertThat;

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
import pqsigner.protocol.Answer;
import pqsigner.protocol.Frame;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Limits;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;
import pqsigner.worker.batch.Exchange.Ending;
import pqsigner.worker.batch.Outcome.Dependency;

class SigningBatchTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final List<Ending> ENDINGS = List.of(Ending.values());

  private static SigningBatch plan(Arrival... arrivals) {
    return SigningBatch.plan(List.of(arrivals), NOW);
  }

  private static Arrival.Job job(String requestId, String userId) {
    return TestJobs.arrival(requestId, userId, new byte[] {1});
  }

  private static Arrival.Job job(String requestId, Instant deadline) {
    return new Arrival.Job(
        TestJobs.ticket(requestId, deadline), TestJobs.work("user", new byte[] {1}));
  }

  private static Answer.Signed signed(int marker) {
    return new Answer.Signed(new byte[] {(byte) marker}, 0);
  }

  @Test
  void messagesUnderOneKeyTravelInOneFrame() {
    SigningBatch batch = plan(job("1", "alice"), job("2", "bob"), job("3", "alice"));
    assertThat(batch.asks()).hasSize(2);
    assertThat(batch.asks().getFirst().slots()).containsExactly(0, 2);
    assertThat(batch.asks().getLast().slots()).containsExactly(1);
  }

  @Test
  void anotherRecordOfTheSameUserIsAnotherKey() {
    Work.Sign work = TestJobs.work("alice", new byte[1]);
    KeyRecord other =
        new KeyRecord(work.key().identity(), work.key().publicKey(), new byte[] {9}, new byte[60]);
    SigningBatch batch =
        plan(
            job("1", "alice"),
            new Arrival.Job(
                TestJobs.ticket("2", null),
                new Work.Sign(other, work.mode(), work.content(), work.context())));
    assertThat(batch.asks()).hasSize(2);
  }

  @Test
  void keyGenerationsTravelAlone() {
    Work.GenerateKey one = TestJobs.birth("1", "alice");
    Work.GenerateKey two = TestJobs.birth("2", "alice");
    SigningBatch batch =
        plan(
            new Arrival.Job(TestJobs.ticket("1", null), one),
            new Arrival.Job(TestJobs.ticket("2", null), two));
    assertThat(batch.asks())
        .containsExactly(new Ask.Generate(0, one.request()), new Ask.Generate(1, two.request()));
  }

  @Test
  void theEnclaveIsNotAskedAboutAnExpiredJob() {
    SigningBatch batch = plan(job("1", NOW), job("2", NOW.plusMillis(1)));
    assertThat(batch.decided()).isEqualTo(Map.of(0, new Outcome.Expired()));
    assertThat(batch.asks()).hasSize(1);
    assertThat(((Ask.SignTogether) batch.asks().getFirst()).items().getFirst().deadlineEpochMs())
        .isEqualTo(NOW.toEpochMilli() + 1);
  }

  @Test
  void whatCannotBeAJobIsDeadLetteredAndHoldsUpNobody() {
    SigningBatch batch =
        plan(
            new Arrival.Undecodable("no magic byte"),
            new Arrival.Broken(TestJobs.ticket("2", null), "no key"),
            job("3", "alice"));
    List<Outcome> outcomes = batch.outcomes(new Exchange(Map.of(2, signed(1)), Ending.COMPLETE));
    assertThat(outcomes.getFirst())
        .isEqualTo(new Outcome.DeadLettered(ErrorCode.MALFORMED_REQUEST, "no magic byte"));
    assertThat(outcomes.get(1))
        .isEqualTo(new Outcome.DeadLettered(ErrorCode.MALFORMED_REQUEST, "no key"));
    assertThat(outcomes.get(2)).isInstanceOf(Outcome.Signed.class);
  }

  @Test
  void aRepeatedRequestIsAskedAboutOnceAndHasOneOutcome() {
    SigningBatch batch = plan(job("1", "alice"), job("2", "alice"), job("1", "alice"));
    assertThat(batch.copyOf()).isEqualTo(Map.of(2, 0));
    List<Outcome> outcomes =
        batch.outcomes(new Exchange(Map.of(0, signed(1), 1, signed(2)), Ending.COMPLETE));
    assertThat(outcomes.get(2)).isSameAs(outcomes.get(0));
  }

  @Test
  void ofTwoCopiesTheOneThatMayBeSignedLongerIsAskedAbout() {
    assertThat(plan(job("1", NOW), job("1", NOW.plusSeconds(9))).copyOf()).isEqualTo(Map.of(0, 1));
    assertThat(plan(job("1", NOW), job("1", "user")).copyOf()).isEqualTo(Map.of(0, 1));
    assertThat(plan(job("1", "user"), job("1", NOW)).copyOf()).isEqualTo(Map.of(1, 0));
  }

  @Test
  void theSameIdWithOtherContentIsNoCopy() {
    Ticket ticket = TestJobs.ticket("1", null);
    Ticket other =
        new Ticket(ticket.custodian(), "1", ticket.requestType(), new byte[] {7}, 1, null, -1);
    SigningBatch batch =
        plan(job("1", "user"), new Arrival.Job(other, TestJobs.work("user", new byte[1])));
    assertThat(batch.copyOf()).isEmpty();
  }

  @Test
  void aMissingAnswerAtTheDeadlineMakesAStraggler() {
    SigningBatch batch = plan(job("1", "alice"), job("2", "alice"));
    assertThat(batch.outcomes(new Exchange(Map.of(0, signed(1)), Ending.DEADLINE)).get(1))
        .isInstanceOf(Outcome.RetryLater.class);
  }

  @Test
  void nobodyIsAStragglerWhileADependencyIsDown() {
    SigningBatch batch = plan(job("1", "alice"), job("2", "alice"));
    Answer kms = new Answer.Refused(Refusal.KMS_UNAVAILABLE);
    assertThat(batch.outcomes(new Exchange(Map.of(0, kms), Ending.DEADLINE)))
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
    assertThat(batch.outcomes(new Exchange(Map.of(0, signed(1)), Ending.LOST)).getFirst())
        .isInstanceOf(Outcome.Signed.class);
  }

  @Test
  void aFrameTakesAsManyItemsAsTheProtocolAllowsAndNotOneMore() {
    List<Arrival> arrivals = new ArrayList<>();
    for (int i = 0; i <= Limits.SIGN_ITEMS_MAX; i++) {
      arrivals.add(job("r" + i, "alice"));
    }
    SigningBatch batch = SigningBatch.plan(arrivals, NOW);
    assertThat(batch.asks()).hasSize(2);
    assertThat(batch.asks().getFirst().slots()).hasSize(Limits.SIGN_ITEMS_MAX);
  }

  @Test
  void aFrameIsFilledToTheLastByteAndNotBeyond() {
    Work.Sign work = TestJobs.work("alice", new byte[0]);
    int empty = new Request.Sign(work.key(), List.of()).encode().length;
    int item = new Request.SignItem(0, work.mode(), new byte[0], new byte[0], 0).encodedBytes();
    int room = Limits.FRAME_BYTES_MAX - Limits.FRAME_HEADER_BYTES - empty - 5 * item;
    int last = room - 4 * (room / 5);
    assertThat(last).isLessThanOrEqualTo(Limits.MESSAGE_BYTES_MAX);
    for (int extra : new int[] {0, 1}) {
      List<Arrival> arrivals = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        arrivals.add(TestJobs.arrival("r" + i, "alice", new byte[room / 5]));
      }
      arrivals.add(TestJobs.arrival("last", "alice", new byte[last + extra]));
      SigningBatch batch = SigningBatch.plan(arrivals, NOW);
      assertThat(batch.asks()).hasSize(1 + extra);
      batch.asks().forEach(SigningBatchTest::encode);
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
        arrivals.add(arrival(random));
      }
      SigningBatch batch = SigningBatch.plan(arrivals, NOW);
      Set<Integer> asked = new HashSet<>();
      Map<Integer, Answer> answers = new HashMap<>();
      for (Ask ask : batch.asks()) {
        encode(ask);
        for (int slot : ask.slots()) {
          assertThat(asked.add(slot)).as("seed %d slot %d twice", seed, slot).isTrue();
          if (random.nextBoolean()) {
            answers.put(slot, signed(slot));
          }
        }
      }
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

  private static Arrival arrival(Random random) {
    Instant deadline = random.nextInt(5) == 0 ? NOW.plusMillis(random.nextInt(3) - 1) : null;
    Ticket ticket = TestJobs.ticket("r" + random.nextInt(150), deadline);
    return switch (random.nextInt(12)) {
      case 0 -> new Arrival.Undecodable("bytes");
      case 1 -> new Arrival.Broken(ticket, "broken");
      case 2 -> new Arrival.Job(ticket, TestJobs.birth(ticket.requestId(), "u"));
      default -> {
        int bytes = random.nextInt(8) == 0 ? random.nextInt(65_537) : random.nextInt(300);
        yield new Arrival.Job(ticket, TestJobs.work("u" + random.nextInt(4), new byte[bytes]));
      }
    };
  }

  /// @throws IllegalArgumentException when the frame is too long for the wire
  private static void encode(Ask ask) {
    switch (ask) {
      case Ask.Generate(var _, var request) -> Frame.of(1, request).encode();
      case Ask.SignTogether(var key, var items) ->
          Frame.of(
                  1,
                  new Request.Sign(
                      key,
                      items.stream()
                          .map(
                              i ->
                                  new Request.SignItem(
                                      i.slot(),
                                      i.mode(),
                                      i.content(),
                                      i.context(),
                                      i.deadlineEpochMs()))
                          .toList()))
              .encode();
    }
  }
}
