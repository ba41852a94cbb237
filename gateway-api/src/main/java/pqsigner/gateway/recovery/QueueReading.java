package pqsigner.gateway.recovery;

import java.time.Instant;
import java.util.Map;

/// How far the logs that a job passes reach, and how far each was worked off, as seen in one look.
///
/// @param begun before any of it was read
/// @param topics for each topic, for each of its partitions
public record QueueReading(Instant begun, Map<String, Map<Integer, Reach>> topics) {

  /// One log.
  ///
  /// @param passed every record before this offset was worked off, with all that came of it
  ///   acknowledged, or is gone
  /// @param end offset of the next record; read after every `passed` of the same look
  public record Reach(long passed, long end) {}

  public QueueReading {
    topics = Map.copyOf(topics);
  }

  /// @throws IllegalArgumentException for a topic that was not read, so that nobody takes it for an
  ///   empty one
  Map<Integer, Reach> of(String topic) {
    Map<Integer, Reach> logs = topics.get(topic);
    if (logs == null || logs.isEmpty()) {
      throw new IllegalArgumentException("not read: " + topic);
    }
    return logs;
  }
}
