package pqsigner.cli.operator;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import pqsigner.cli.GatewayConnection;
import pqsigner.cli.Json;
import pqsigner.cli.Output;
import pqsigner.cli.http.HttpSigner;
import tools.jackson.databind.JsonNode;

/// Lists failed jobs, newest first as the gateway orders them.
@Command(name = "list", mixinStandardHelpOptions = true, description = "List failed jobs.")
public final class JobsListCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private GatewayConnection connection;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private Output output;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private JobFilter filter;

  @Override
  public Integer call() {
    try (HttpSigner signer = connection.http()) {
      JsonNode answer = signer.get(OperatorApi.JOBS + filter.query()).orFail();
      String[] lines =
          answer.path("jobs").valueStream().map(JobsListCommand::line).toArray(String[]::new);
      output.show(answer, "failed jobs", String.valueOf(lines.length), lines);
      return 0;
    }
  }

  private static String line(JsonNode job) {
    return "  %-24s %s  %s/%s  attempts %s"
        .formatted(
            Json.text(job, "code"),
            Json.text(job, "failed_at"),
            Json.text(job, "custodian"),
            Json.text(job, "request_id"),
            Json.text(job, "attempts"));
  }
}
