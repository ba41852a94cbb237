package pqsigner.gateway.ledger.dynamodb;

import static pqsigner.gateway.dynamodb.Attributes.bytes;
import static pqsigner.gateway.dynamodb.Attributes.number;
import static pqsigner.gateway.dynamodb.Attributes.text;
import static pqsigner.gateway.dynamodb.Attributes.time;

import java.time.Instant;
import java.util.List;
import pqsigner.gateway.dynamodb.RowUpdate;
import pqsigner.gateway.ledger.DeadLetter;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.LedgerPolicy;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.PendingRow;
import pqsigner.gateway.ledger.Replay;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.ledger.dynamodb.RequestItem.DeadLetterItem;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// The transitions of [pqsigner.gateway.ledger.LedgerTransitions] as conditional updates.
final class RequestUpdates {

  private static final AttributeValue ACCEPTED = text(RequestState.ACCEPTED.name());
  private static final AttributeValue FAILED = text(RequestState.FAILED.name());

  private final LedgerPolicy policy;

  RequestUpdates(LedgerPolicy policy) {
    this.policy = policy;
  }

  /// `ACCEPTED` to the state of the outcome, if the outcome counts for this row.
  ///
  /// @param keepPending leaves the row in the pending index, where a failure stays in any case
  RowUpdate complete(RequestKey key, byte[] digest, Outcome outcome, boolean keepPending) {
    RowUpdate update =
        new RowUpdate()
            .when("digest_sha256 = :digest AND request_state = :accepted")
            .bind(":digest", bytes(digest))
            .bind(":accepted", ACCEPTED)
            .set(RequestItem.STATE, text(outcome.state().name()))
            .setAll(RequestItem.outcome(outcome));
    switch (outcome) {
      case Outcome.Signed _, Outcome.Generated _ ->
          update.when("attribute_not_exists(deadline_at) OR deadline_at >= :ended_at");
      case Outcome.Expired _ -> update.when("deadline_at <= :ended_at");
      case Outcome.Failed _ ->
          update
              .when("attribute_not_exists(replayed_at) OR replayed_at < :ended_at")
              .set(RequestItem.FAILED_SHARD, text(RequestItem.shard(key)));
      case Outcome.Refused _ -> {}
    }
    if (outcome.state().finished()) {
      update
          .set(RequestItem.EXPIRES_AT, number(policy.deletableAt(outcome).getEpochSecond()))
          .remove(RequestItem.CONTENT_ATTRIBUTES);
    }
    if (!keepPending && outcome.state() != RequestState.FAILED) {
      update.remove(RequestItem.PENDING_ATTRIBUTES);
    }
    return update;
  }

  RowUpdate replay(LedgerEntry seen, Replay replay) {
    RequestKey key = seen.key();
    int replays = seen.progress().replays();
    RowUpdate update =
        new RowUpdate()
            .when("digest_sha256 = :digest AND request_state = :failed")
            .when(
                replays == 0 ? "attribute_not_exists(replay_trail)" : "size(replay_trail) = :seen")
            .bind(":digest", bytes(seen.request().digest()))
            .bind(":failed", FAILED)
            .set(RequestItem.STATE, ACCEPTED)
            .set(RequestItem.PENDING_SHARD, text(RequestItem.shard(key)))
            .set(RequestItem.PENDING_SINCE, time(replay.at()))
            .set(RequestItem.DUE_AT, time(replay.at().plus(policy.requeueAfter())))
            .set(RequestItem.REQUEUE_COUNT, number(0))
            .set(RequestItem.QUEUED_AT, time(replay.at()))
            .set(RequestItem.REPLAYED_AT, time(replay.at()))
            .setTo("replay_trail = list_append(if_not_exists(replay_trail, :none), :line)")
            .bind(":none", AttributeValue.fromL(List.of()))
            .bind(":line", AttributeValue.fromL(List.of(ReplayTrailItem.line(replay))))
            .remove(
                RequestItem.FAILED_SHARD,
                RequestItem.ENDED_AT,
                RequestItem.CODE,
                RequestItem.ATTEMPTS);
    if (replays > 0) {
      update.bind(":seen", number(replays));
    }
    Instant extended = replay.extendedDeadline();
    return extended == null ? update : update.set(RequestItem.DEADLINE_AT, time(extended));
  }

  RowUpdate claim(PendingRow row, Instant dueAt) {
    return new RowUpdate()
        .when("due_at = :seen")
        .bind(":seen", time(row.dueAt()))
        .set(RequestItem.DUE_AT, time(dueAt));
  }

  /// @param seen the due time of the claimed row
  RowUpdate requeue(LedgerEntry claimed, Instant seen, Instant at) {
    return new RowUpdate()
        .when("request_state = :accepted AND due_at = :claimed")
        .bind(":accepted", ACCEPTED)
        .bind(":claimed", time(seen))
        .set(RequestItem.QUEUED_AT, time(at))
        .set(RequestItem.DUE_AT, time(at.plus(policy.backOff(claimed.progress().requeues()))))
        .setTo("requeue_count = requeue_count + :one")
        .bind(":one", number(1));
  }

  RowUpdate askAgain(LedgerEntry seen, Instant queuedAt, Instant now) {
    return new RowUpdate()
        .when("digest_sha256 = :digest AND request_state = :accepted AND queued_at = :seen")
        .bind(":digest", bytes(seen.request().digest()))
        .bind(":accepted", ACCEPTED)
        .bind(":seen", time(queuedAt))
        .set(RequestItem.DUE_AT, time(now.plus(policy.backOff(seen.progress().requeues()))))
        .remove(RequestItem.QUEUED_AT);
  }

  RowUpdate settle(Instant seen) {
    return new RowUpdate()
        .when("due_at = :seen AND request_state <> :accepted")
        .bind(":seen", time(seen))
        .bind(":accepted", ACCEPTED)
        .remove(RequestItem.PENDING_ATTRIBUTES);
  }

  RowUpdate askedOverKafka() {
    return new RowUpdate()
        .when("attribute_exists(id)")
        .set(RequestItem.ASKED_BY, text(Origin.KAFKA.name()));
  }

  RowUpdate noteDeadLetter(byte[] digest, DeadLetter deadLetter) {
    return new RowUpdate()
        .when("digest_sha256 = :digest AND (request_state = :accepted OR request_state = :failed)")
        .bind(":digest", bytes(digest))
        .bind(":accepted", ACCEPTED)
        .bind(":failed", FAILED)
        .set(RequestItem.DEAD_LETTER, DeadLetterItem.of(deadLetter));
  }
}
