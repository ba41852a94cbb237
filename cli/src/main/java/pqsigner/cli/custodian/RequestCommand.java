package pqsigner.cli.custodian;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Parameters;
import pqsigner.cli.FailureReport;
import pqsigner.cli.GatewayCommand;
import pqsigner.client.Json;
import pqsigner.client.http.HttpSigner;
import pqsigner.events.Retry;
import tools.jackson.databind.JsonNode;

/// Shows what became of a request.
@Command(
    name = "request",
    mixinStandardHelpOptions = true,
    description = "Show the state and result of a request. Exits with 1 if it has FAILED.")
public final class RequestCommand extends GatewayCommand {
  @Parameters(paramLabel = "REQUEST_ID", description = "The id you gave, or were given.")
  private String requestId;

  @Override
  public Integer call() {
    JsonNode answer = get(HttpSigner.requestPath(requestId));
    List<String> lines = new ArrayList<>();
    lines.add("  request_id   " + Json.text(answer, "request_id"));
    lines.add("  type         " + Json.text(answer, "request_type"));
    lines.add("  accepted at  " + Json.text(answer, "accepted_at"));
    String state = Json.text(answer, "state");
    boolean failed = state.equals("FAILED");
    if (failed) {
      Retry retry = Retry.of(Json.text(answer, "retry")).orElse(Retry.SAME_REQUEST_ID);
      lines.add("  what helps   " + FailureReport.help(requestId, retry));
    }
    output.show(answer, state, Json.text(answer, "code"), lines.toArray(String[]::new));
    return failed ? ExitCode.SOFTWARE : ExitCode.OK;
  }
}
