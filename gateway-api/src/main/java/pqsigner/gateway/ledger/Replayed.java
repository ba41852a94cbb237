package pqsigner.gateway.ledger;

/// What the ledger says to an operator's replay.
public sealed interface Replayed {

  /// `ACCEPTED` again; the job is to be produced.
  record Reopened(LedgerEntry entry) implements Replayed {}

  /// Not `FAILED`, or changed since the operator looked.
  record Unchanged(LedgerEntry entry) implements Replayed {}

  record Missing() implements Replayed {}
}
