package pqsigner.cli.operator;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import pqsigner.client.Json;
import tools.jackson.databind.JsonNode;

/// Sums up the gateway's answer to a replay.
///
/// @param done jobs that were replayed, or would be in a dry run
/// @param reasons codes that say why the others were not
record ReplayReport(int done, int selected, Set<String> reasons) {

  private static final Set<String> DONE = Set.of("replayed", "would_replay");

  static ReplayReport of(JsonNode answer) {
    List<String> actions =
        answer.path("jobs").valueStream().map(job -> Json.text(job, "action")).toList();
    Set<String> reasons = new TreeSet<>();
    actions.stream().filter(a -> !DONE.contains(a)).map(ReplayReport::code).forEach(reasons::add);
    return new ReplayReport(
        (int) actions.stream().filter(DONE::contains).count(), actions.size(), reasons);
  }

  /// When nothing was done: the one reason for it, or `not_replayed` where there are several.
  String code() {
    if (selected == 0) {
      return "no_match";
    }
    return reasons.size() == 1 ? reasons.iterator().next() : "not_replayed";
  }

  String reason() {
    return selected == 0
        ? "no failed job matches"
        : "none of " + selected + " jobs can be replayed: " + String.join(", ", reasons);
  }

  private static String code(String action) {
    return switch (action) {
      case "unknown" -> "unknown_request";
      case "finished", "pending" -> "not_failed";
      default -> action;
    };
  }
}
