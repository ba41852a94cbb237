package pqsigner.gateway.ledger;

/// What the ledger says to a replay.
public sealed interface Replayed {

  /// `ACCEPTED` again; the job is to be produced.
  record Reopened(LedgerEntry entry) implements Replayed {}

  /// Not `FAILED`, or changed since whoever asks looked.
  record Unchanged(LedgerEntry entry) implements Replayed {}

  record Missing() implements Replayed {}
}
