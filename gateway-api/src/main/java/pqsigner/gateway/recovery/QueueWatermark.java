package pqsigner.gateway.recovery;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.recovery.QueueReading.Reach;

/// Up to when everything that was queued has left the queues again.
///
/// A job goes a fixed way from topic to topic, and whoever works on a topic commits only after what
/// came of the record is acknowledged in the next one. So the way is followed in stages. A stage
/// notes where its logs end, together with the time up to which every job is known to be in this
/// stage or past it. Once its consumers have committed up to there, all those jobs are past it, and
/// the next stage takes over that time. The time that comes out at the end is the watermark: a job
/// queued before it is in none of the queues.
///
/// All stages work at once, each on one note at a time. Whatever goes wrong holds the watermark up
/// and never lets it run ahead: a consumer that stands still, offsets that are set back, a log that
/// was cut. Offsets that are set forward, and records that are deleted, count as passed, because
/// the jobs among them are indeed gone.
final class QueueWatermark {

  private final List<Stage> stages;

  /// @param way the topics in the order in which a job passes them; a topic may occur again
  QueueWatermark(List<String> way) {
    this.stages = way.stream().map(Stage::new).toList();
  }

  /// Never goes back.
  Instant advance(QueueReading reading) {
    Instant reached = reading.begun();
    for (Stage stage : stages) {
      reached = stage.advance(reached, reading.of(stage.topic));
    }
    return reached;
  }

  private static final class Stage {

    private final String topic;
    private Instant passed = Instant.EPOCH;
    private @Nullable Note note;

    Stage(String topic) {
      this.topic = topic;
    }

    /// That a stage may be passed in the very look in which it notes its ends rests on the order of
    /// that look: what was passed was read before the ends were.
    ///
    /// @param reached every job queued before this is in this stage or past it
    Instant advance(Instant reached, Map<Integer, Reach> logs) {
      if (note != null && note.isAmiss(logs)) {
        note = null;
      }
      take(logs);
      if (note == null && reached.isAfter(passed)) {
        note = Note.of(reached, logs);
        take(logs);
      }
      return passed;
    }

    private void take(Map<Integer, Reach> logs) {
      if (note != null && note.isPassed(logs)) {
        passed = note.until;
        note = null;
      }
    }
  }

  /// @param until every job queued before this is before `ends` or past this stage
  private record Note(Instant until, Map<Integer, Long> ends) {

    static Note of(Instant until, Map<Integer, Reach> logs) {
      Map<Integer, Long> ends = new HashMap<>();
      logs.forEach((partition, reach) -> ends.put(partition, reach.end()));
      return new Note(until, ends);
    }

    boolean isPassed(Map<Integer, Reach> logs) {
      return all(logs, (reach, end) -> reach.passed() >= end);
    }

    /// The log no longer reaches as far as it did: it was cut, or the topic was made anew.
    boolean isAmiss(Map<Integer, Reach> logs) {
      return !all(logs, (reach, end) -> reach.end() >= end);
    }

    private boolean all(Map<Integer, Reach> logs, BiPredicate<Reach, Long> holds) {
      return ends.entrySet().stream()
          .allMatch(
              noted -> {
                Reach reach = logs.get(noted.getKey());
                return reach != null && holds.test(reach, noted.getValue());
              });
    }
  }
}
