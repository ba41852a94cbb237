package pqsigner.gateway.recovery;

/// Looks at the queues.
@FunctionalInterface
public interface QueueReader {

  /// @throws pqsigner.gateway.queue.QueueUnavailableException when any part of it cannot be read in
  ///   time
  QueueReading read();
}
