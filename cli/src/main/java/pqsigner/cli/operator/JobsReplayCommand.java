package pqsigner.cli.operator;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import pqsigner.cli.CommandFailure;
import pqsigner.cli.GatewayCommand;
import pqsigner.client.Json;
import pqsigner.client.http.JsonHttp;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Replays failed jobs; says only what it would do until `--execute`.
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Replay failed jobs, by id or by filter. A dry run unless --execute is given.",
      "Exits with 1 and a code if it replays no job, or would replay none."
    })
public final class JobsReplayCommand extends GatewayCommand {
  @Mixin private JobFilter filter;

  @Parameters(
      paramLabel = "REQUEST_ID",
      arity = "0..*",
      description =
          "The jobs to replay (with --custodian). Without ids, all jobs that match the filters.")
  private List<String> requestIds = List.of();

  @Option(
      names = "--all",
      description = "Replay every failed job; --execute without ids or filters requires it.")
  private boolean all;

  @Option(names = "--execute", description = "Replay the jobs instead of only listing them.")
  private boolean execute;

  @Option(
      names = "--extend-deadline",
      paramLabel = "TIME",
      description = "New deadline (RFC 3339) for jobs past theirs. The change is recorded.")
  private @Nullable String extendDeadline;

  @Override
  public Integer call() {
    requireSelection();
    JsonNode answer;
    try (JsonHttp http = connection.json()) {
      answer = http.post(OperatorApi.REPLAY, body()).orThrow();
    }
    ReplayReport report = ReplayReport.of(answer);
    String[] lines =
        answer.path("jobs").valueStream().map(JobsReplayCommand::line).toArray(String[]::new);
    String count = report.done() + " of " + lines.length + " jobs";
    output.show(
        answer,
        execute ? "replayed" : "dry run",
        execute ? count : count + " would be replayed (--execute)",
        lines);
    if (report.done() > 0) {
      return 0;
    }
    if (output.json()) {
      return 1;
    }
    throw new CommandFailure(report.code(), report.reason());
  }

  private void requireSelection() {
    boolean chosen = !requestIds.isEmpty() || filter.selects();
    if (all && chosen) {
      throw output.usage("--all takes every failed job; leave out ids and filters");
    }
    if (execute && !chosen && !all) {
      throw output.usage("--execute needs ids, a filter, or --all for every failed job");
    }
  }

  private ObjectNode body() {
    ObjectNode body = filter.fields();
    if (!requestIds.isEmpty()) {
      requestIds.forEach(body.putArray("request_ids")::add);
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
