package pqsigner.gateway.admission;

import pqsigner.gateway.ledger.LedgerEntry;

/// What became of a well-formed request at the door.
public sealed interface Admission {

  /// Recorded, by this call or an earlier one, and at work. Nothing can lose it any more: if it
  /// could not be queued now, the sweeper queues it.
  record Accepted(LedgerEntry entry, How how) implements Admission {}

  /// How a request came to be at work.
  enum How {
    /// Recorded by this call.
    FRESH,
    /// Put back to work by this call, after it had failed.
    REOPENED,
    /// By an earlier call, which this one repeats.
    REPEATED
  }

  /// Finished earlier with the same content: the stored outcome is the answer, whatever it is.
  record Finished(LedgerEntry entry) implements Admission {}

  /// Accepted earlier, given up for now, and not put back to work by this call: a command that is
  /// older than the failure, one time too many, or its key is gone.
  record Failed(LedgerEntry entry) implements Admission {}

  /// The id belongs to other content. Nothing was recorded.
  record Conflict() implements Admission {}

  /// Not admitted. Nothing was recorded; the HTTP edge leaves it so, the Kafka edge records the
  /// refusal.
  record Refused(Refusal refusal) implements Admission {}
}
