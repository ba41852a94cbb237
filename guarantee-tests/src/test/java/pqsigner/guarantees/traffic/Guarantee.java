package pqsigner.guarantees.traffic;

/// What holds whatever goes wrong.
public enum Guarantee {
  /// Every request ends, and ends signed if nothing was wrong with it.
  NOTHING_LOST,
  /// What was released over one way is what was released over the other and what is recorded.
  ONE_RESULT_PER_REQUEST,
  /// A result that is delivered or asked for again is the same, byte by byte.
  SAME_ID_SAME_BYTES,
  /// Another request under a known id is told so and never signed.
  CONFLICT_REFUSED,
  /// When a result arrives, its end is in the database.
  NO_RELEASE_BEFORE_RECORD,
  /// Nothing is signed after its deadline.
  DEADLINE_RESPECTED,
  /// No job becomes a dead letter because a part was away.
  OUTAGE_NEVER_FILLS_DEAD_LETTERS,
  /// Requests end that have nothing to do with what is slow.
  STRAGGLER_DOES_NOT_BLOCK,
  EVERY_SIGNATURE_VERIFIES
}
