package pqsigner.cli.operator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import pqsigner.client.http.HttpSigner;
import tools.jackson.databind.node.ObjectNode;

/// Which failed jobs are meant.
final class JobFilter {
  @Option(names = "--custodian", paramLabel = "NAME", description = "Only this custodian's jobs.")
  private @Nullable String custodian;

  @Option(names = "--code", description = "Only jobs that failed with this code.")
  private @Nullable String code;

  @Option(names = "--since", paramLabel = "TIME", description = "Failed at or after (RFC 3339).")
  private @Nullable String since;

  @Option(names = "--until", paramLabel = "TIME", description = "Failed before (RFC 3339).")
  private @Nullable String until;

  @Option(names = "--limit", paramLabel = "N", description = "How many at most.")
  private @Nullable Integer limit;

  @Nullable String custodian() {
    return custodian;
  }

  /// Whether it leaves any job out.
  boolean selects() {
    return custodian != null || code != null || since != null || until != null;
  }

  /// @param cursor where to go on; null for the first page
  String query(@Nullable String cursor) {
    Map<String, String> given = given();
    put(given, "cursor", cursor);
    String query =
        given.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + HttpSigner.encode(entry.getValue()))
            .collect(Collectors.joining("&"));
    return query.isEmpty() ? "" : "?" + query;
  }

  void putInto(ObjectNode body) {
    given()
        .forEach(
            (name, value) -> {
              if (name.equals("limit")) {
                body.put(name, Integer.parseInt(value));
              } else {
                body.put(name, value);
              }
            });
  }

  private Map<String, String> given() {
    Map<String, String> given = new LinkedHashMap<>();
    put(given, "custodian", custodian);
    put(given, "code", code);
    put(given, "since", since);
    put(given, "until", until);
    put(given, "limit", limit);
    return given;
  }

  private static void put(Map<String, String> given, String name, @Nullable Object value) {
    if (value != null) {
      given.put(name, value.toString());
    }
  }
}
