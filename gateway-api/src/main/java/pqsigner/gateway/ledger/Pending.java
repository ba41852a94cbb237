package pqsigner.gateway.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What the pending index says: the rows that are due, and since when the oldest row waits, whether
/// it is due or not.
public record Pending(List<PendingRow> due, Optional<Instant> oldest) {

  public Pending {
    due = List.copyOf(due);
  }
}
