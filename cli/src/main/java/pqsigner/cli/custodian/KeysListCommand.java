package pqsigner.cli.custodian;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import pqsigner.cli.GatewayCommand;
import pqsigner.client.Json;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.http.JsonHttp;
import tools.jackson.databind.JsonNode;

/// Lists a custodian's keys.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "List your keys, every version, by user_id.")
public final class KeysListCommand extends GatewayCommand {
  @Option(names = "--alg", description = "Only keys of this kind.")
  private @Nullable String algorithm;

  @Option(names = "--state", description = "Only ENABLED or only DISABLED ones.")
  private @Nullable String state;

  @Option(names = "--limit", paramLabel = "N", description = "Return at most N (default 100).")
  private @Nullable Integer limit;

  @Option(
      names = "--cursor",
      paramLabel = "CURSOR",
      description = "Continue where the last page ended; that page printed the cursor.")
  private @Nullable String cursor;

  @Override
  public Integer call() {
    JsonNode answer = get(HttpSigner.PATH + "/keys" + query());
    List<String> lines = new ArrayList<>();
    answer.path("keys").valueStream().map(KeysListCommand::line).forEach(lines::add);
    String count = String.valueOf(lines.size());
    String next = Json.text(answer, "next_cursor");
    if (!next.isEmpty()) {
      lines.add("more: --cursor " + next);
    }
    output.show(answer, "keys", count, lines.toArray(String[]::new));
    return 0;
  }

  private String query() {
    String query =
        Json.object()
            .put("alg", algorithm)
            .put("state", state)
            .put("limit", limit)
            .put("cursor", cursor)
            .removeIf(JsonNode::isNull)
            .propertyStream()
            .map(given -> given.getKey() + "=" + JsonHttp.encode(given.getValue().asString()))
            .collect(Collectors.joining("&"));
    return query.isEmpty() ? "" : "?" + query;
  }

  private static String line(JsonNode key) {
    return "  %s  version %s  %s  %s  %s"
        .formatted(
            Json.text(key, "user_id"),
            Json.text(key, "key_version"),
            Json.text(key, "alg"),
            Json.text(key, "state"),
            Json.text(key, "fingerprint"));
  }
}
