package pqsigner.cli.custodians;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import pqsigner.client.Json;
import tools.jackson.databind.node.ObjectNode;

/// What is agreed with a custodian, as the gateway names it. `default` is what holds for all.
final class TermsOptions {
  private static final String DEFAULT = "default";

  @Option(
      names = "--limit",
      paramLabel = "NAME=N|default",
      description =
          "Of each gateway; repeatable: requests_per_second, burst, interactive_max, bulk_max,"
              + " body_bytes_max, connections_max.")
  private Map<String, String> limits = new LinkedHashMap<>();

  @Option(
      names = "--alg",
      paramLabel = "ALG|default",
      description = "An algorithm that it may use; repeatable. Default: all.")
  private Set<String> algorithms = new LinkedHashSet<>();

  @Option(
      names = "--mu",
      paramLabel = "true|false|default",
      description = "Whether it may send mu instead of a message.")
  private @Nullable String mu;

  @Option(
      names = "--context",
      paramLabel = "true|false",
      description = "Whether it may send a context. Default: true.")
  private @Nullable String context;

  @Option(
      names = "--pin",
      paramLabel = "SHA256|default",
      description =
          "A certificate that it may show, or the public key (SPKI) of an authority behind it;"
              + " repeatable. Default: any that the custodians' authorities vouch for.")
  private Set<String> pins = new LinkedHashSet<>();

  boolean isEmpty() {
    return body().isEmpty();
  }

  /// What is given and nothing else. Values are the gateway's to judge.
  ObjectNode body() {
    ObjectNode body = Json.object();
    if (!limits.isEmpty()) {
      ObjectNode all = body.putObject("limits");
      limits.forEach((name, value) -> put(all, name, value));
    }
    put(body, "algorithms", algorithms);
    put(body, "mu", mu);
    put(body, "context", context);
    put(body, "pins", pins);
    return body;
  }

  private static void put(ObjectNode body, String field, Set<String> values) {
    if (values.equals(Set.of(DEFAULT))) {
      body.putNull(field);
    } else if (!values.isEmpty()) {
      values.forEach(body.putArray(field)::add);
    }
  }

  private static void put(ObjectNode body, String field, @Nullable String value) {
    switch (value) {
      case null -> {}
      case DEFAULT -> body.putNull(field);
      case "true", "false" -> body.put(field, Boolean.parseBoolean(value));
      case String number when number.matches("[0-9]{1,10}") ->
          body.put(field, Long.parseLong(number));
      case String other -> body.put(field, other);
    }
  }
}
