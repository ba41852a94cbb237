package pqsigner.worker.batch;

import java.time.Instant;
import java.util.Optional;
import pqsigner.events.avro.SigningJob;
import pqsigner.protocol.Request;

/// A record of the batch after decoding.
public sealed interface Arrival {

  /// @param id the correlation id under which the enclave answers it
  /// @param request what the enclave is to do for it alone
  record Job(SigningJob job, long id, Request.Job request) implements Arrival {

    boolean expiredAt(Instant now) {
      Instant deadline = job.getDeadline();
      return deadline != null && !now.isBefore(deadline);
    }

    /// Whether this copy of a request may be signed for longer than the other.
    boolean outlives(Job other) {
      Instant mine = job.getDeadline();
      Instant others = other.job.getDeadline();
      return others != null && (mine == null || mine.isAfter(others));
    }
  }

  /// Decodable, but not a job that the gateway can have written; someone waits for a reply.
  record Broken(SigningJob job, String reason) implements Arrival {}

  /// Nothing is known about it but its bytes.
  record Undecodable(String reason) implements Arrival {}

  /// Empty when nobody knows whose request it is, and so whom to answer.
  default Optional<SigningJob> signingJob() {
    return switch (this) {
      case Job(var job, var _, var _) -> Optional.of(job);
      case Broken(var job, var _) -> Optional.of(job);
      case Undecodable _ -> Optional.empty();
    };
  }
}
