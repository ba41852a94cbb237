package pqsigner.gateway.ledger;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.keys.RegisteredKey;

/// The store of requests. Every method is one atomic step, may be repeated, and may be called by
/// any number of gateways at once. Every method throws [LedgerUnavailableException].
public interface RequestLedger {

  /// Records a request as `ACCEPTED`, unless its id is taken.
  Acceptance accept(Request request);

  /// Records a command that is finished on arrival, unless its id is taken: over Kafka every
  /// readable request_id gets exactly one result, so even a refusal is recorded before it is
  /// published.
  ///
  /// @param outcome [Outcome.Refused] or [Outcome.Expired]
  Acceptance refuse(Request request, Outcome outcome);

  /// A consistent read. Empty, too, when the result is no longer retained.
  Optional<LedgerEntry> find(RequestKey key);

  /// Records how a request ended; the first outcome wins. One that failed stays pending until
  /// [#settle]: whoever puts it back to work makes a reply that is delivered again an echo, which
  /// tells its owner nothing.
  ///
  /// @param digest of the request that the outcome speaks about
  Completion complete(RequestKey key, byte[] digest, Outcome outcome);

  /// Records a verified new key and the completion of its request, both or neither. Losing against
  /// another key in the same place completes the request as refused: `key_already_exists` or
  /// `key_rotation_conflict`.
  Completion completeGeneration(RequestKey request, byte[] digest, RegisteredKey key);

  /// Remembers that the result is to go to the results topic as well, because the request was
  /// repeated over Kafka; answers the row as it is then.
  Optional<LedgerEntry> askedOverKafka(RequestKey key);

  /// `FAILED` back to `ACCEPTED`, with a line in the audit trail.
  ///
  /// @param seen the entry that the decision is based on; a row that was replayed since stays as it
  ///   is
  Replayed replay(LedgerEntry seen, Replay replay);

  /// Attaches the dead letter of an unfinished request.
  void noteDeadLetter(RequestKey key, byte[] digest, DeadLetter deadLetter);

  /// A page of failed requests, latest first. Following the cursors to the end, with the same
  /// filter, shows each request that stays failed exactly once.
  ///
  /// @param cursor where the page before ended; null for the first one
  /// @param limit entries of the page, at most
  /// @throws InvalidCursorException when the cursor is not one of this list
  FailedPage failed(FailedFilter filter, @Nullable String cursor, int limit);

  /// Rows that a sweeper still has to look at.
  Pending pending(Instant now, int limit);

  /// Like [#complete], for what no worker decided: no reply will be delivered again to repeat the
  /// publishing of this result, so the row stays pending until [#settle].
  ///
  /// @param outcome [Outcome.Expired] or [Outcome.Refused]
  Completion end(RequestKey key, byte[] digest, Outcome outcome);

  /// Takes a pending row for this sweeper: moves its due time, if that still is `row.dueAt()`.
  /// Empty when another sweeper, or the end of the request, was faster.
  Optional<LedgerEntry> claim(PendingRow row, Instant dueAt);

  /// Notes that the job of a claimed row is about to be queued again; the next look follows after a
  /// back-off that doubles. Empty when the request ended or was claimed anew since.
  Optional<LedgerEntry> requeue(LedgerEntry claimed, Instant at);

  /// Notes that the job of a pending request was answered, and wrongly, so that a sweeper queues it
  /// again: after a back-off that doubles with each time up to the longest. The row stays
  /// `ACCEPTED`. Does nothing when the request ended, or its job was queued again since `seen`, so
  /// that a wrong answer that is delivered twice counts once.
  ///
  /// @param seen the row that the answer was held against
  void askAgain(LedgerEntry seen, Instant now);

  /// Ends the attention of the sweeper for a decided request whose owner was told so. Does nothing
  /// to a row that was put back to work since, or failed once more.
  ///
  /// @param told the row that its owner was told of
  void settle(LedgerEntry told);
}
