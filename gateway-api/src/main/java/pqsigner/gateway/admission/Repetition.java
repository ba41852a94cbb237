package pqsigner.gateway.admission;

import java.time.InstantSource;
import java.util.Objects;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Replay;
import pqsigner.gateway.ledger.ReplayLimit;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.queue.BackToWork;
import pqsigner.gateway.queue.JobQueue;

/// What a request under a known id finds, if it is the same request: a failed one is put back to
/// work by it.
///
/// Not by an echo: a command that was written before the failure is one that Kafka delivers again,
/// or that waited behind others. Nor more times than the limit says. One that is past its deadline
/// goes back to work like any other, and ends there as expired.
public final class Repetition {

  private final BackToWork backToWork;
  private final ReplayLimit limit;
  private final InstantSource clock;

  public Repetition(BackToWork backToWork, ReplayLimit limit, InstantSource clock) {
    this.backToWork = backToWork;
    this.limit = limit;
    this.clock = clock;
  }

  Admission of(LedgerEntry known, Requester requester) {
    return known.state() == RequestState.FAILED ? ofFailed(known, requester) : asItIs(known);
  }

  private Admission ofFailed(LedgerEntry failed, Requester requester) {
    if (requester.askedBefore(Objects.requireNonNull(failed.outcome()).at())
        || limit.isReached(failed)) {
      return new Admission.Failed(failed);
    }
    // The job takes the way of its origin, where another partition is ours.
    int partition =
        requester.origin() == failed.request().origin()
            ? requester.replyPartition()
            : JobQueue.ANY_PARTITION;
    return switch (backToWork.put(failed, Replay.byOwner(clock.instant()), partition)) {
      case BackToWork.Put.Back(LedgerEntry entry) ->
          new Admission.Accepted(entry, Admission.How.REOPENED);
      case BackToWork.Put.Unchanged(LedgerEntry entry) -> asItIs(entry);
      case BackToWork.Put.Keyless(LedgerEntry entry) -> new Admission.Failed(entry);
      case BackToWork.Put.Forbidden(LedgerEntry entry) -> new Admission.Failed(entry);
      case BackToWork.Put.Missing() -> new Admission.Failed(failed);
    };
  }

  private static Admission asItIs(LedgerEntry entry) {
    return switch (entry.state()) {
      case ACCEPTED -> new Admission.Accepted(entry, Admission.How.REPEATED);
      case FAILED -> new Admission.Failed(entry);
      case SIGNED, GENERATED, REFUSED, EXPIRED -> new Admission.Finished(entry);
    };
  }
}
