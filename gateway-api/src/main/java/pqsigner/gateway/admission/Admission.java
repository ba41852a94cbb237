package pqsigner.gateway.admission;

import pqsigner.gateway.ledger.LedgerEntry;

/// What became of a well-formed request at the door.
public sealed interface Admission {

  /// Recorded, by this call or an earlier one, and not finished. Nothing can lose it any more: if
  /// it could not be queued now, the sweeper queues it.
  ///
  /// @param fresh recorded by this call
  record Accepted(LedgerEntry entry, boolean fresh) implements Admission {}

  /// Finished earlier with the same content: the stored outcome is the answer, whatever it is.
  record Finished(LedgerEntry entry) implements Admission {}

  /// Accepted earlier and given up for now; kept for an operator.
  record Failed(LedgerEntry entry) implements Admission {}

  /// The id belongs to other content. Nothing was recorded.
  record Conflict() implements Admission {}

  /// Not admitted. Nothing was recorded; the HTTP edge leaves it so, the Kafka edge records the
  /// refusal under this digest.
  record Refused(Refusal refusal, byte[] digest) implements Admission {}
}
