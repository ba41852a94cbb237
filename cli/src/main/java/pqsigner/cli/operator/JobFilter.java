package pqsigner.cli.operator;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import pqsigner.client.Json;
import pqsigner.client.http.JsonHttp;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Selects failed jobs.
final class JobFilter {
  @Option(names = "--custodian", paramLabel = "NAME", description = "Only this custodian's jobs.")
  private @Nullable String custodian;

  @Option(names = "--code", description = "Only jobs that failed with this code.")
  private @Nullable String code;

  @Option(names = "--since", paramLabel = "TIME", description = "Failed at or after (RFC 3339).")
  private @Nullable String since;

  @Option(names = "--until", paramLabel = "TIME", description = "Failed before (RFC 3339).")
  private @Nullable String until;

  @Option(names = "--limit", paramLabel = "N", description = "Return at most N.")
  private @Nullable Integer limit;

  @Nullable String custodian() {
    return custodian;
  }

  /// Whether it can leave a job out.
  boolean selects() {
    return custodian != null || code != null || since != null || until != null;
  }

  /// @param cursor null for the first page
  String query(@Nullable String cursor) {
    String query =
        fields()
            .put("cursor", cursor)
            .removeIf(JsonNode::isNull)
            .propertyStream()
            .map(given -> given.getKey() + "=" + JsonHttp.encode(given.getValue().asString()))
            .collect(Collectors.joining("&"));
    return query.isEmpty() ? "" : "?" + query;
  }

  /// What is given, as the gateway names it.
  ObjectNode fields() {
    return Json.object()
        .put("custodian", custodian)
        .put("code", code)
        .put("since", since)
        .put("until", until)
        .put("limit", limit)
        .removeIf(JsonNode::isNull);
  }
}
