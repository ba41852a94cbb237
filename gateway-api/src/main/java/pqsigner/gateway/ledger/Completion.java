package pqsigner.gateway.ledger;

/// What the ledger says to an outcome.
public sealed interface Completion {

  /// The outcome is recorded now and may be released.
  record Recorded(LedgerEntry entry) implements Completion {}

  /// Another outcome was first. What may be released is in `entry`, if that is finished.
  record Superseded(LedgerEntry entry) implements Completion {}

  /// The outcome does not speak about what is recorded here: no such row, other content, or an echo
  /// from before a replay. Nothing may be released.
  record Unrelated() implements Completion {}
}
