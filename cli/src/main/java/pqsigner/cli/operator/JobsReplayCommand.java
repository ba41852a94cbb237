package pqsigner.cli.operator;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import pqsigner.cli.CommandFailure;
import pqsigner.cli.GatewayConnection;
import pqsigner.cli.Output;
import pqsigner.client.Json;
import pqsigner.client.http.HttpSigner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Replays failed jobs; says only what it would do until `--execute`.
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Replay failed jobs, by id or by filter. A dry run unless --execute is given.",
      "Exits with 1 and a code when no job was replayed, or would be."
    })
public final class JobsReplayCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // set by picocli
  @Spec
  private CommandSpec command;

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
      description = "Which jobs (with --custodian). Without ids, those that the filters match.")
  private List<String> requestIds = List.of();

  @Option(names = "--all", description = "Every failed job: --execute without a filter needs it.")
  private boolean all;

  @Option(names = "--execute", description = "Do it.")
  private boolean execute;

  @Option(
      names = "--extend-deadline",
      paramLabel = "TIME",
      description = "New deadline (RFC 3339) for jobs that are past theirs; it is recorded.")
  private @Nullable String extendDeadline;

  @Override
  public Integer call() {
    requireSelection();
    try (HttpSigner signer = connection.http()) {
      JsonNode answer = signer.post(OperatorApi.REPLAY, body()).orFail();
      ReplayReport report = ReplayReport.of(answer);
      String[] lines =
          answer.path("jobs").valueStream().map(JobsReplayCommand::line).toArray(String[]::new);
      output.show(
          answer,
          execute ? "replayed" : "dry run",
          execute
              ? report.done() + " of " + lines.length + " jobs"
              : report.done() + " of " + lines.length + " jobs would be replayed (--execute)",
          lines);
      if (report.done() > 0) {
        return 0;
      }
      if (output.json()) {
        return 1;
      }
      throw new CommandFailure(report.code(), report.reason());
    }
  }

  private void requireSelection() {
    boolean chosen = !requestIds.isEmpty() || filter.selects();
    if (all && chosen) {
      throw new ParameterException(
          command.commandLine(), "--all means every failed job: leave out ids and filters");
    }
    if (execute && !chosen && !all) {
      throw new ParameterException(
          command.commandLine(), "--execute needs ids, a filter, or --all for every failed job");
    }
  }

  private ObjectNode body() {
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
    return body;
  }

  private static String line(JsonNode job) {
    return "  %-15s %s/%s  %s"
        .formatted(
            Json.text(job, "action"),
            Json.text(job, "custodian"),
            Json.text(job, "request_id"),
            Json.text(job, "code"));
  }
}
