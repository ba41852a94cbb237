package pqsigner.cli.operator;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import pqsigner.cli.GatewayConnection;
import pqsigner.cli.Json;
import pqsigner.cli.Output;
import pqsigner.cli.http.HttpSigner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Replays failed jobs; says only what it would do until `--execute`.
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = "Replay failed jobs, by id or by filter. A dry run unless --execute is given.")
public final class JobsReplayCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private GatewayConnection connection;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private Output output;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private JobFilter filter;

  @SuppressWarnings("NullAway.Init") // empty when none is given
  @Parameters(
      paramLabel = "REQUEST_ID",
      arity = "0..*",
      description = "Which jobs (with --custodian); all that the filters match when none is given.")
  private List<String> requestIds = List.of();

  @Option(names = "--execute", description = "Do it.")
  private boolean execute;

  @Option(
      names = "--extend-deadline",
      paramLabel = "TIME",
      description = "New deadline (RFC 3339) for jobs that are past theirs; it is recorded.")
  private @Nullable String extendDeadline;

  @Override
  public Integer call() {
    ObjectNode body = Json.object();
    filter.putInto(body);
    if (!requestIds.isEmpty()) {
      ArrayNode ids = body.putArray("request_ids");
      requestIds.forEach(ids::add);
    }
    body.put("execute", execute);
    if (extendDeadline != null) {
      body.put("extend_deadline", extendDeadline);
    }
    try (HttpSigner signer = connection.http()) {
      JsonNode answer = signer.post(OperatorApi.REPLAY, body).orFail();
      String[] lines =
          answer.path("jobs").valueStream().map(JobsReplayCommand::line).toArray(String[]::new);
      output.show(
          answer,
          execute ? "replayed" : "dry run",
          lines.length + " jobs" + (execute ? "" : "; nothing was changed (--execute does it)"),
          lines);
      return 0;
    }
  }

  private static String line(JsonNode job) {
    return "  %-12s %s/%s  %s"
        .formatted(
            Json.text(job, "action"),
            Json.text(job, "custodian"),
            Json.text(job, "request_id"),
            Json.text(job, "code"));
  }
}
