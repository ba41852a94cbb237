package pqsigner.gateway.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One row of the ledger, as it was at one moment: a request and how far it has come.
public record LedgerEntry(Request request, Progress progress) {

  public RequestKey key() {
    return request.key();
  }

  public String custodian() {
    return request.custodian();
  }

  public String requestId() {
    return request.requestId();
  }

  public RequestState state() {
    return progress.state();
  }

  public @Nullable Outcome outcome() {
    return progress.outcome();
  }

  public boolean finished() {
    return state().finished();
  }

  /// Since when the request has been waiting: its acceptance, or its last replay.
  public Instant pendingSince() {
    return progress.replayTrail().isEmpty()
        ? request.acceptedAt()
        : progress.replayTrail().getLast().at();
  }

  LedgerEntry with(Progress next) {
    return new LedgerEntry(request, next);
  }

  /// For logs: no content, no digest.
  @Override
  public String toString() {
    return "LedgerEntry[" + request + " " + state() + "]";
  }
}
