package pqsigner.gateway.ledger;

import java.security.MessageDigest;
import java.time.Instant;
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

  public LedgerEntry accepted(Request request) {
    Instant at = request.acceptedAt();
    return new LedgerEntry(request, Progress.queued(at, at.plus(policy.requeueAfter())));
  }

  /// Finished on arrival.
  public LedgerEntry refused(Request request, Outcome outcome) {
    return new LedgerEntry(request.withoutContent(), Progress.ended(outcome));
  }

  /// What a second request under the same id is told.
  public Acceptance repeated(LedgerEntry known, byte[] digest, Instant now) {
    return isOf(known, digest) && policy.retained(known, now)
        ? new Acceptance.Known(known)
        : new Acceptance.Conflict();
  }

  public Completion complete(LedgerEntry entry, byte[] digest, Outcome outcome) {
    return complete(entry, digest, outcome, false);
  }

  /// As [#complete], but the row keeps its due time until it is settled.
  public Completion end(LedgerEntry entry, byte[] digest, Outcome outcome) {
    return complete(entry, digest, outcome, true);
  }

  private Completion complete(
      LedgerEntry entry, byte[] digest, Outcome outcome, boolean keepPending) {
    if (!isOf(entry, digest)) {
      return new Completion.Unrelated();
    }
    if (entry.state() != RequestState.ACCEPTED) {
      return new Completion.Superseded(entry);
    }
    Outcome counted = counted(entry, outcome);
    if (counted == null) {
      return new Completion.Unrelated();
    }
    boolean failed = counted instanceof Outcome.Failed;
    Instant dueAt = failed || keepPending ? entry.progress().dueAt() : null;
    return new Completion.Recorded(
        new LedgerEntry(
            failed ? entry.request() : entry.request().withoutContent(),
            entry.progress().ended(counted, dueAt)));
  }

  /// The outcome as it counts for this row, or null when it is an echo that says nothing about it:
  /// what was done too late is an expiry; an expiry before the deadline speaks of a deadline that
  /// was moved since; a failure from before the last replay speaks of the attempts before it.
  private static @Nullable Outcome counted(LedgerEntry entry, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Signed _, Outcome.Generated _ ->
          entry.request().pastDeadline(outcome.at()) ? new Outcome.Expired(outcome.at()) : outcome;
      case Outcome.Expired(Instant at) -> {
        Instant deadline = entry.request().deadline();
        yield deadline == null || at.isBefore(deadline) ? null : outcome;
      }
      case Outcome.Failed failed -> {
        List<Replay> trail = entry.progress().replayTrail();
        yield trail.isEmpty() || trail.getLast().at().isBefore(failed.at()) ? outcome : null;
      }
      case Outcome.Refused _ -> outcome;
    };
  }

  public Replayed replay(LedgerEntry entry, LedgerEntry seen, Replay replay) {
    if (entry.state() != RequestState.FAILED
        || entry.progress().replays() != seen.progress().replays()
        || !isOf(entry, seen.request().digest())) {
      return new Replayed.Unchanged(entry);
    }
    Instant extended = replay.extendedDeadline();
    return new Replayed.Reopened(
        new LedgerEntry(
            extended == null ? entry.request() : entry.request().withDeadline(extended),
            entry.progress().reopened(replay, replay.at().plus(policy.requeueAfter()))));
  }

  /// The row with another due time; null means that no sweeper needs to look.
  public LedgerEntry due(LedgerEntry entry, @Nullable Instant dueAt) {
    return entry.with(entry.progress().due(dueAt));
  }

  /// The row as its job is about to be queued again by whoever claimed it, or null when it ended or
  /// someone else claimed it since.
  public @Nullable LedgerEntry requeue(LedgerEntry entry, LedgerEntry claimed, Instant at) {
    return entry.state() == RequestState.ACCEPTED && isDueAsWhen(claimed, entry)
        ? entry.with(entry.progress().requeued(at, backOff(entry, at)))
        : null;
  }

  /// The row without a job on its way, to be queued again after a back-off; unchanged when its job
  /// was queued again since `seen`, or the request is no longer pending.
  public LedgerEntry askAgain(LedgerEntry entry, LedgerEntry seen, Instant now) {
    Instant queuedAt = entry.progress().queuedAt();
    return entry.state() == RequestState.ACCEPTED
            && isOf(entry, seen.request().digest())
            && queuedAt != null
            && queuedAt.equals(seen.progress().queuedAt())
        ? entry.with(entry.progress().withoutJob(backOff(entry, now)))
        : entry;
  }

  /// @param told the row that its owner was told of
  public LedgerEntry settled(LedgerEntry entry, LedgerEntry told) {
    return entry.state() == RequestState.ACCEPTED || !isDueAsWhen(told, entry)
        ? entry
        : due(entry, null);
  }

  public LedgerEntry askedOverKafka(LedgerEntry entry) {
    return new LedgerEntry(entry.request().askedOverKafka(), entry.progress());
  }

  /// A finished request keeps no dead letter: nobody will replay it.
  public LedgerEntry noteDeadLetter(LedgerEntry entry, byte[] digest, DeadLetter deadLetter) {
    return entry.finished() || !isOf(entry, digest)
        ? entry
        : entry.with(entry.progress().withDeadLetter(deadLetter));
  }

  private Instant backOff(LedgerEntry entry, Instant from) {
    return from.plus(policy.backOff(entry.progress().requeues()));
  }

  private static boolean isOf(LedgerEntry entry, byte[] digest) {
    return MessageDigest.isEqual(entry.request().digest(), digest);
  }

  private static boolean isDueAsWhen(LedgerEntry seen, LedgerEntry entry) {
    return Objects.equals(entry.progress().dueAt(), seen.progress().dueAt());
  }
}
