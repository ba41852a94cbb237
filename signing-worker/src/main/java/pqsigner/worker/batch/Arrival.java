package pqsigner.worker.batch;

/// A record of the batch after decoding.
public sealed interface Arrival {

  record Job(Ticket ticket, Work work) implements Arrival {}

  /// Decodable, but not a job that the gateway can have written; someone waits for a reply.
  record Broken(Ticket ticket, String reason) implements Arrival {}

  /// Nothing is known about it but its bytes.
  record Undecodable(String reason) implements Arrival {}
}
