package pqsigner.gateway.ledger;

/// What the ledger says to a new request.
public sealed interface Acceptance {

  /// Written now.
  record Fresh(LedgerEntry entry) implements Acceptance {}

  /// The same request was written before; `entry` is its present state.
  record Known(LedgerEntry entry) implements Acceptance {}

  /// The id was used before: with other content, or so long ago that its result is no longer
  /// retained. An id is never used twice.
  record Conflict() implements Acceptance {}
}
