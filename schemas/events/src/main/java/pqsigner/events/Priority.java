package pqsigner.events;

/// Which of two ways a job takes, from the gateway through the worker and back. They share the
/// enclave and nothing that queues: a backlog of one is not in front of the other.
public enum Priority {
  /// Somebody waits for the answer.
  INTERACTIVE,
  /// A pipeline, which may be catching up with a day's work.
  BULK
}
