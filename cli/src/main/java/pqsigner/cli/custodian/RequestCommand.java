package pqsigner.cli.custodian;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import pqsigner.cli.GatewayConnection;
import pqsigner.cli.Output;
import pqsigner.client.Json;
import pqsigner.client.SignerResult;
import pqsigner.client.http.HttpSigner;
import tools.jackson.databind.JsonNode;

/// Shows what became of a request.
@Command(
    name = "request",
    mixinStandardHelpOptions = true,
    description = "Show the state and result of a request; exit code 1 if it failed for now.")
public final class RequestCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private GatewayConnection connection;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private Output output;

  @SuppressWarnings("NullAway.Init") // required
  @Parameters(paramLabel = "REQUEST_ID", description = "As given, or as answered.")
  private String requestId;

  @Override
  public Integer call() {
    try (HttpSigner signer = connection.http()) {
      JsonNode answer =
          signer.get(HttpSigner.PATH + "/requests/" + HttpSigner.encode(requestId)).orFail();
      List<String> lines = new ArrayList<>();
      lines.add("  request_id   " + Json.text(answer, "request_id"));
      lines.add("  type         " + Json.text(answer, "request_type"));
      lines.add("  accepted at  " + Json.text(answer, "accepted_at"));
      String code = Json.text(answer, "code");
      String state = Json.text(answer, "state");
      boolean failed = state.equals("FAILED");
      if (failed) {
        String retry = Json.text(answer, "retry");
        lines.add("  what helps   " + new SignerResult.Failed(requestId, code, retry).help());
      }
      output.show(answer, state, code, lines.toArray(String[]::new));
      return failed ? ExitCode.SOFTWARE : ExitCode.OK;
    }
  }
}
