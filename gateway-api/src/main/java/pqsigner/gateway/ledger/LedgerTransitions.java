package pqsigner.gateway.ledger;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The ledger as a pure function from a row and an event to the next row. The in-memory twin runs
/// it; the DynamoDB ledger expresses the same rules as write conditions and asks it why a condition
/// failed.
public final class LedgerTransitions {

  private final LedgerPolicy policy;

  public LedgerTransitions(LedgerPolicy policy) {
    this.policy = policy;
  }

  public LedgerEntry accepted(NewRequest request) {
    RequestContent content = request.content();
    return new LedgerEntry(
        request.custodian(),
        request.requestId(),
        request.digest(),
        content.type(),
        content.userId(),
        content.algorithm(),
        content.keyVersion(),
        RequestState.ACCEPTED,
        request.acceptedAt(),
        request.deadline(),
        request.origin(),
        request.traceparent(),
        List.of(),
        content,
        null,
        null,
        0,
        request.acceptedAt(),
        request.acceptedAt().plus(policy.requeueAfter()));
  }

  public LedgerEntry refused(RefusedCommand command) {
    return new LedgerEntry(
        command.custodian(),
        command.requestId(),
        command.digest(),
        command.type(),
        command.userId(),
        command.algorithm(),
        0,
        command.outcome().state(),
        command.outcome().at(),
        command.deadline(),
        Origin.KAFKA,
        command.traceparent(),
        List.of(),
        null,
        command.outcome(),
        null,
        0,
        null,
        null);
  }

  /// What a second request under the same id is told.
  public Acceptance repeated(LedgerEntry known, byte[] digest, Instant now) {
    return MessageDigest.isEqual(known.digest(), digest) && policy.retained(known, now)
        ? new Acceptance.Known(known)
        : new Acceptance.Conflict();
  }

  public Completion complete(LedgerEntry entry, byte[] digest, Outcome outcome) {
    if (!MessageDigest.isEqual(entry.digest(), digest)) {
      return new Completion.Unrelated();
    }
    if (entry.state() != RequestState.ACCEPTED) {
      return new Completion.Superseded(entry);
    }
    Outcome counted = counted(entry, outcome);
    return counted == null
        ? new Completion.Unrelated()
        : new Completion.Recorded(
            ended(entry, counted, counted instanceof Outcome.Failed ? entry.dueAt() : null));
  }

  /// As [#complete] with an expiry, but the row keeps its due time until it is settled.
  public Completion expire(LedgerEntry entry, byte[] digest, Instant at) {
    return switch (complete(entry, digest, new Outcome.Expired(at))) {
      case Completion.Recorded(LedgerEntry next) ->
          new Completion.Recorded(due(next, entry.dueAt()));
      case Completion other -> other;
    };
  }

  /// The outcome as it counts for this row, or null when it is an echo that says nothing about it:
  /// what was done too late is an expiry; an expiry before the deadline speaks of a deadline that
  /// was moved since; a failure from before the last replay speaks of the attempts before it.
  private static @Nullable Outcome counted(LedgerEntry entry, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Signed _, Outcome.Generated _ ->
          entry.pastDeadline(outcome.at()) ? new Outcome.Expired(outcome.at()) : outcome;
      case Outcome.Expired(Instant at) -> {
        Instant deadline = entry.deadline();
        yield deadline == null || at.isBefore(deadline) ? null : outcome;
      }
      case Outcome.Failed failed -> {
        List<Replay> trail = entry.replayTrail();
        yield trail.isEmpty() || trail.getLast().at().isBefore(failed.at()) ? outcome : null;
      }
      case Outcome.Refused _ -> outcome;
    };
  }

  public Replayed replay(LedgerEntry entry, LedgerEntry seen, Replay replay) {
    if (entry.state() != RequestState.FAILED
        || entry.replays() != seen.replays()
        || !MessageDigest.isEqual(entry.digest(), seen.digest())) {
      return new Replayed.Unchanged(entry);
    }
    List<Replay> trail = new ArrayList<>(entry.replayTrail());
    trail.add(replay);
    Instant extended = replay.extendedDeadline();
    return new Replayed.Reopened(
        new LedgerEntry(
            entry.custodian(),
            entry.requestId(),
            entry.digest(),
            entry.type(),
            entry.userId(),
            entry.algorithm(),
            entry.keyVersion(),
            RequestState.ACCEPTED,
            entry.acceptedAt(),
            extended == null ? entry.deadline() : extended,
            entry.origin(),
            entry.traceparent(),
            trail,
            entry.content(),
            null,
            entry.deadLetter(),
            0,
            replay.at(),
            replay.at().plus(policy.requeueAfter())));
  }

  /// The row with another due time; null means that no sweeper needs to look.
  public LedgerEntry due(LedgerEntry entry, @Nullable Instant dueAt) {
    return entry.withJob(entry.requeues(), entry.queuedAt(), dueAt);
  }

  /// The row as its job is about to be queued again by whoever claimed it, or null when it ended or
  /// someone else claimed it since.
  public @Nullable LedgerEntry requeue(LedgerEntry entry, LedgerEntry claimed, Instant at) {
    return entry.state() == RequestState.ACCEPTED && Objects.equals(entry.dueAt(), claimed.dueAt())
        ? entry.withJob(entry.requeues() + 1, at, at.plus(policy.backOff(entry.requeues())))
        : null;
  }

  /// The row without a job on its way, to be queued again after a back-off; unchanged when its job
  /// was queued again since `seen`, or the request is no longer pending.
  public LedgerEntry askAgain(LedgerEntry entry, LedgerEntry seen, Instant now) {
    return entry.state() == RequestState.ACCEPTED
            && MessageDigest.isEqual(entry.digest(), seen.digest())
            && entry.queuedAt() != null
            && entry.queuedAt().equals(seen.queuedAt())
        ? entry.withJob(entry.requeues(), null, now.plus(policy.backOff(entry.requeues())))
        : entry;
  }

  /// @param told the row that its owner was told of
  public LedgerEntry settled(LedgerEntry entry, LedgerEntry told) {
    return entry.state() == RequestState.ACCEPTED || !Objects.equals(entry.dueAt(), told.dueAt())
        ? entry
        : due(entry, null);
  }

  public LedgerEntry askedOverKafka(LedgerEntry entry) {
    return with(entry, Origin.KAFKA, entry.outcome(), entry.deadLetter(), entry.dueAt());
  }

  /// A finished request keeps no dead letter: nobody will replay it.
  public LedgerEntry noteDeadLetter(LedgerEntry entry, byte[] digest, DeadLetter deadLetter) {
    return entry.finished() || !MessageDigest.isEqual(entry.digest(), digest)
        ? entry
        : with(entry, entry.origin(), entry.outcome(), deadLetter, entry.dueAt());
  }

  private static LedgerEntry ended(LedgerEntry entry, Outcome outcome, @Nullable Instant dueAt) {
    return with(entry, entry.origin(), outcome, entry.deadLetter(), dueAt);
  }

  private static LedgerEntry with(
      LedgerEntry entry,
      Origin origin,
      @Nullable Outcome outcome,
      @Nullable DeadLetter deadLetter,
      @Nullable Instant dueAt) {
    RequestState state = outcome == null ? RequestState.ACCEPTED : outcome.state();
    return new LedgerEntry(
        entry.custodian(),
        entry.requestId(),
        entry.digest(),
        entry.type(),
        entry.userId(),
        entry.algorithm(),
        entry.keyVersion(),
        state,
        entry.acceptedAt(),
        entry.deadline(),
        origin,
        entry.traceparent(),
        entry.replayTrail(),
        state.finished() ? null : entry.content(),
        outcome,
        deadLetter,
        entry.requeues(),
        entry.queuedAt(),
        dueAt);
  }
}
