package pqsigner.cli.custodian;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import pqsigner.cli.GatewayConnection;
import pqsigner.cli.Json;
import pqsigner.cli.Output;
import pqsigner.cli.http.HttpSigner;
import tools.jackson.databind.JsonNode;

/// Shows what became of a request.
@Command(
    name = "request",
    mixinStandardHelpOptions = true,
    description = "Show the state and result of a request.")
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
      String code = Json.text(answer, "code");
      output.show(
          answer,
          Json.text(answer, "state"),
          code,
          "  request_id   " + Json.text(answer, "request_id"),
          "  type         " + Json.text(answer, "request_type"),
          "  accepted at  " + Json.text(answer, "accepted_at"));
      return 0;
    }
  }
}
