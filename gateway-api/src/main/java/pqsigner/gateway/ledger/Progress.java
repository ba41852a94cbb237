package pqsigner.gateway.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How far a request has come.
///
/// @param replayTrail how it was put back to work, oldest first; bounded by the replay limit
/// @param outcome null while the request is at work
/// @param deadLetter present once the dead letter of an unfinished request was seen
/// @param requeues how many times a sweeper has queued the job again since the acceptance or the
///   last replay
/// @param queuedAt when a job was last about to be queued; null when no job that counts is on its
///   way, because its answer was wrong
/// @param dueAt when the sweeper looks at this row next; null when it has no reason to. A decided
///   row keeps it until its owner was told, if nothing else would tell again after a crash
public record Progress(
    List<Replay> replayTrail,
    @Nullable Outcome outcome,
    @Nullable DeadLetter deadLetter,
    int requeues,
    @Nullable Instant queuedAt,
    @Nullable Instant dueAt) {

  public Progress {
    replayTrail = List.copyOf(replayTrail);
  }

  static Progress queued(Instant queuedAt, Instant dueAt) {
    return new Progress(List.of(), null, null, 0, queuedAt, dueAt);
  }

  static Progress ended(Outcome outcome) {
    return new Progress(List.of(), outcome, null, 0, null, null);
  }

  public RequestState state() {
    return outcome == null ? RequestState.ACCEPTED : outcome.state();
  }

  /// How many times the request was put back to work.
  public int replays() {
    return replayTrail.size();
  }

  /// The number of this failure, if the request is `FAILED`: between two of them it was put back to
  /// work once.
  public int failure() {
    return replays() + 1;
  }

  Progress ended(Outcome how, @Nullable Instant due) {
    return new Progress(replayTrail, how, deadLetter, requeues, queuedAt, due);
  }

  Progress reopened(Replay replay, Instant due) {
    List<Replay> trail = new ArrayList<>(replayTrail);
    trail.add(replay);
    return new Progress(trail, null, deadLetter, 0, replay.at(), due);
  }

  Progress requeued(Instant at, Instant due) {
    return new Progress(replayTrail, outcome, deadLetter, requeues + 1, at, due);
  }

  Progress withoutJob(Instant due) {
    return new Progress(replayTrail, outcome, deadLetter, requeues, null, due);
  }

  Progress due(@Nullable Instant due) {
    return new Progress(replayTrail, outcome, deadLetter, requeues, queuedAt, due);
  }

  Progress withDeadLetter(DeadLetter letter) {
    return new Progress(replayTrail, outcome, letter, requeues, queuedAt, dueAt);
  }
}
