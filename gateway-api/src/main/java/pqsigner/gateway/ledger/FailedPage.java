package pqsigner.gateway.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One page of failed requests. It may hold fewer than were asked for, or none, and still not be
/// the last: looking for them is bounded.
///
/// @param next the cursor of the page after this one; null at the end
public record FailedPage(List<LedgerEntry> entries, @Nullable String next) {

  public FailedPage {
    entries = List.copyOf(entries);
  }
}
