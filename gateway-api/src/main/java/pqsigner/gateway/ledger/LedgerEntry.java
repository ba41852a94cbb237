package pqsigner.gateway.ledger;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;

/// One row of the ledger, as it was at one moment.
///
/// @param type null only for a refused command of which not even the type could be read
/// @param userId null only for a refused command that named none
/// @param algorithm null only for a refused command whose key or algorithm is unknown
/// @param deadline the one that holds now; a replay may have moved it
/// @param replayTrail how it was put back to work, oldest first; bounded by the replay limit
/// @param content present while the request is `ACCEPTED` or `FAILED`
/// @param outcome present unless the request is `ACCEPTED`
/// @param deadLetter present once the dead letter of a failed request was seen
/// @param requeues how many times a sweeper has queued the job again since the acceptance or the
///   last replay
/// @param queuedAt when a job was last about to be queued; null when no job that counts is on its
///   way, because its answer was wrong
/// @param dueAt when the sweeper looks at this row next; null when it has no reason to. A decided
///   row keeps it until its owner was told, where nothing else would tell again after a crash
public record LedgerEntry(
    String custodian,
    String requestId,
    byte[] digest,
    @Nullable RequestType type,
    @Nullable String userId,
    @Nullable Algorithm algorithm,
    int keyVersion,
    RequestState state,
    Instant acceptedAt,
    @Nullable Instant deadline,
    Origin origin,
    @Nullable String traceparent,
    List<Replay> replayTrail,
    @Nullable RequestContent content,
    @Nullable Outcome outcome,
    @Nullable DeadLetter deadLetter,
    int requeues,
    @Nullable Instant queuedAt,
    @Nullable Instant dueAt) {

  public LedgerEntry {
    replayTrail = List.copyOf(replayTrail);
  }

  /// How often this request was put back to work.
  public int replays() {
    return replayTrail.size();
  }

  /// The number of this request's failure, if it is `FAILED`: between two of them it was put back
  /// to work once.
  public int failure() {
    return replays() + 1;
  }

  /// Since when the request waits: its acceptance, or its last replay.
  public Instant pendingSince() {
    return replayTrail.isEmpty() ? acceptedAt : replayTrail.getLast().at();
  }

  /// The same row with its job elsewhere.
  LedgerEntry withJob(int requeues, @Nullable Instant queuedAt, @Nullable Instant dueAt) {
    return new LedgerEntry(
        custodian,
        requestId,
        digest,
        type,
        userId,
        algorithm,
        keyVersion,
        state,
        acceptedAt,
        deadline,
        origin,
        traceparent,
        replayTrail,
        content,
        outcome,
        deadLetter,
        requeues,
        queuedAt,
        dueAt);
  }

  public boolean finished() {
    return state.finished();
  }

  /// Whether the request may no longer be signed at `now`.
  public boolean pastDeadline(Instant now) {
    return deadline != null && now.isAfter(deadline);
  }

  /// For logs: no content, no digest.
  @Override
  public String toString() {
    return "LedgerEntry[" + custodian + "/" + requestId + " " + type + " " + state + "]";
  }
}
