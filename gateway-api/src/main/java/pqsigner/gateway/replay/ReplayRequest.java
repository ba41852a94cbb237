package pqsigner.gateway.replay;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.ledger.FailedFilter;

/// What an operator asks for.
///
/// @param execute false only tells what would happen
/// @param extendDeadline the new deadline of those that are past theirs; in the future
public record ReplayRequest(
    String operator, Selection selection, boolean execute, @Nullable Instant extendDeadline) {

  /// Which requests.
  public sealed interface Selection {

    record ByIds(String custodian, List<String> requestIds) implements Selection {
      public ByIds {
        requestIds = List.copyOf(requestIds);
      }
    }

    record Matching(FailedFilter filter, int limit) implements Selection {}
  }
}
