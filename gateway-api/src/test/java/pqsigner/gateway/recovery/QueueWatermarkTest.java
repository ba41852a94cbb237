package pqsigner.gateway.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import pqsigner.events.Priority;
import pqsigner.events.Topics;
import pqsigner.gateway.recovery.QueueReading.Reach;

final class QueueWatermarkTest {

  private static final int RUNS = 800;
  private static final int STEPS = 250;

  /// What was held lost though it was not, in all runs of a watermark with this way.
  private record Found(List<String> wrongly, int rightly) {}

  @Test
  void aJobThatIsOnItsWayIsNeverHeldLostAndALostOneAlwaysIsInTheEnd() {
    Found found = run(QueueModel.WAY);

    assertThat(found.wrongly).isEmpty();
    assertThat(found.rightly).as("the runs lose jobs").isGreaterThan(RUNS);
  }

  @Test
  void theModelFindsAWayThatIsTooShort() {
    assertThat(run(List.of(QueueModel.JOBS, QueueModel.REPLIES)).wrongly).isNotEmpty();
    assertThat(
            run(List.of(
                    QueueModel.JOBS,
                    QueueModel.LANE_1,
                    QueueModel.LANE_2,
                    QueueModel.JOBS,
                    QueueModel.REPLIES))
                .wrongly)
        .isNotEmpty();
  }

  private static Found run(List<String> way) {
    List<String> wrongly = new ArrayList<>();
    int rightly = 0;
    for (int seed = 0; seed < RUNS; seed++) {
      QueueModel model = new QueueModel(seed);
      QueueWatermark watermark = new QueueWatermark(way);
      SplittableRandom random = new SplittableRandom(~seed);
      Instant passed = Instant.EPOCH;
      for (int step = 0; step < STEPS; step++) {
        model.step();
        if (random.nextInt(3) == 0) {
          Instant next = watermark.advance(model.look(random.nextInt(3)));
          assertThat(next).isAfterOrEqualTo(passed);
          passed = next;
          Set<Integer> wrong = new HashSet<>(lost(model, passed));
          wrong.retainAll(model.onTheirWay());
          if (!wrong.isEmpty()) {
            wrongly.add("seed " + seed + " step " + step + " jobs " + wrong);
          }
        }
      }
      model.drain();
      for (int look = 0; look < way.size(); look++) {
        passed = watermark.advance(model.look(0));
      }
      List<Integer> lost = lost(model, passed);
      rightly += lost.size();
      Instant settled = model.now().minus(QueueModel.ALLOWANCE);
      assertThat(lost)
          .as("seed %s", seed)
          .containsExactlyElementsOf(
              model.pending().entrySet().stream()
                  .filter(row -> !row.getValue().isAfter(settled))
                  .map(Map.Entry::getKey)
                  .toList());
    }
    return new Found(wrongly, rightly);
  }

  private static List<Integer> lost(QueueModel model, Instant passed) {
    return model.pending().entrySet().stream()
        .filter(row -> !passed.isBefore(row.getValue().plus(QueueModel.ALLOWANCE)))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static final Instant T0 = Instant.parse("2030-01-01T00:00:00Z");
  private final QueueWatermark watermark = new QueueWatermark(QueueModel.WAY);

  private Instant look(int second, Map<String, Reach> of) {
    Map<String, Map<Integer, Reach>> topics = new HashMap<>();
    for (String topic : QueueModel.WAY) {
      topics.put(topic, Map.of(0, of.getOrDefault(topic, new Reach(0, 0))));
    }
    return watermark.advance(new QueueReading(T0.plusSeconds(second), topics));
  }

  @Test
  void emptyQueuesArePassedInOneLook() {
    assertThat(look(7, Map.of())).isEqualTo(T0.plusSeconds(7));
    assertThat(look(9, Map.of(QueueModel.JOBS, new Reach(5, 5)))).isEqualTo(T0.plusSeconds(9));
  }

  @Test
  void aQueueThatStandsStillHoldsEverythingUp() {
    look(1, Map.of());

    for (int second = 2; second < 100; second++) {
      assertThat(look(second, Map.of(QueueModel.JOBS, new Reach(0, second))))
          .isEqualTo(T0.plusSeconds(1));
    }
  }

  @Test
  void aQueueThatIsAlwaysFullButMovesIsPassedAllTheSame() {
    Instant passed = T0;
    for (int second = 1; second < 40; second++) {
      passed =
          look(
              second,
              Map.of(
                  QueueModel.JOBS, new Reach(100L * second, 100L * second + 150),
                  QueueModel.REPLIES, new Reach(100L * second, 100L * second + 50)));
    }

    assertThat(passed).isAfter(T0.plusSeconds(25));
  }

  @Test
  void aJobInALaneHoldsUpWhatWasQueuedBeforeIt() {
    assertThat(look(1, Map.of(QueueModel.LANE_2, new Reach(4, 5)))).isEqualTo(Instant.EPOCH);
    assertThat(look(60, Map.of(QueueModel.LANE_2, new Reach(4, 5)))).isEqualTo(Instant.EPOCH);
    assertThat(
            look(61, Map.of(QueueModel.LANE_2, new Reach(5, 5), QueueModel.JOBS, new Reach(8, 9))))
        .isEqualTo(Instant.EPOCH);
    assertThat(
            look(62, Map.of(QueueModel.LANE_2, new Reach(5, 5), QueueModel.JOBS, new Reach(9, 9))))
        .isEqualTo(T0.plusSeconds(62));
  }

  @Test
  void aLogThatWasCutOrMadeAnewIsFollowedAnew() {
    look(1, Map.of(QueueModel.JOBS, new Reach(90, 100)));

    assertThat(look(2, Map.of(QueueModel.JOBS, new Reach(0, 3)))).isEqualTo(Instant.EPOCH);
    assertThat(look(3, Map.of(QueueModel.JOBS, new Reach(3, 4)))).isEqualTo(Instant.EPOCH);
    assertThat(look(4, Map.of(QueueModel.JOBS, new Reach(4, 4)))).isEqualTo(T0.plusSeconds(4));
  }

  @Test
  void aLogThatIsGoneIsNotTakenForOneThatWasPassed() {
    lookAtReplies(1, Map.of(0, new Reach(0, 100), 1, new Reach(0, 100)));

    assertThat(lookAtReplies(2, Map.of(0, new Reach(100, 150)))).isEqualTo(Instant.EPOCH);
    assertThat(lookAtReplies(3, Map.of(0, new Reach(150, 150)))).isEqualTo(T0.plusSeconds(3));
  }

  /// The other queues are empty.
  private Instant lookAtReplies(int second, Map<Integer, Reach> replies) {
    Map<String, Map<Integer, Reach>> logs = new HashMap<>();
    QueueModel.WAY.forEach(topic -> logs.put(topic, Map.of(0, new Reach(0, 0))));
    logs.put(QueueModel.REPLIES, replies);
    return watermark.advance(new QueueReading(T0.plusSeconds(second), logs));
  }

  @Test
  void aClockThatIsSetBackHoldsItUpAndNoMore() {
    look(50, Map.of());

    assertThat(look(20, Map.of())).isEqualTo(T0.plusSeconds(50));
    assertThat(look(51, Map.of())).isEqualTo(T0.plusSeconds(51));
  }

  @Test
  void aTopicThatWasNotReadIsNotTakenForAnEmptyOne() {
    assertThatThrownBy(() -> watermark.advance(new QueueReading(T0, Map.of())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void bothWaysAreTheJobsOwn() {
    Topics topics = new Topics("t.");

    assertThat(QueueWatch.way(topics, Priority.INTERACTIVE))
        .containsExactly("t.jobs", "t.retry-5s", "t.jobs", "t.retry-60s", "t.jobs", "t.replies");
    assertThat(QueueWatch.way(topics, Priority.BULK))
        .containsExactly(
            "t.jobs-bulk",
            "t.retry-5s",
            "t.jobs-bulk",
            "t.retry-60s",
            "t.jobs-bulk",
            "t.replies-bulk");
  }
}
