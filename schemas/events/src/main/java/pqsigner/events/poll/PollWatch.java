package pqsigner.events.poll;

import org.apache.kafka.common.TopicPartition;

/// What the process that polls does about it: logs, counts, and keeps what was skipped.
public interface PollWatch {

  /// Records that cannot be read are left behind. Returns when their places are noted for an
  /// operator.
  ///
  /// @param next the first offset that is not skipped
  void skipped(TopicPartition partition, long first, long next, String reason);

  /// A consumer cannot poll; told at its first failure, and then ever more rarely.
  ///
  /// @param polls that failed so far
  void failing(String consumer, int polls, Throwable cause);

  /// It can again.
  void recovered(String consumer, int polls);

  /// No broker answers any consumer of this process.
  void brokerUnreachable();

  void brokerBack();
}
