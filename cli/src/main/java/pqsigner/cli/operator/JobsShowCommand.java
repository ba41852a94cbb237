package pqsigner.cli.operator;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import pqsigner.cli.GatewayConnection;
import pqsigner.cli.Json;
import pqsigner.cli.Output;
import pqsigner.cli.http.HttpSigner;
import tools.jackson.databind.JsonNode;

/// Shows all that is known of one failed job.
@Command(name = "show", mixinStandardHelpOptions = true, description = "Show one failed job.")
public final class JobsShowCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private GatewayConnection connection;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private Output output;

  @SuppressWarnings("NullAway.Init") // required
  @Parameters(index = "0", paramLabel = "CUSTODIAN", description = "Whose job.")
  private String custodian;

  @SuppressWarnings("NullAway.Init") // required
  @Parameters(index = "1", paramLabel = "REQUEST_ID", description = "Which job.")
  private String requestId;

  @Override
  public Integer call() {
    try (HttpSigner signer = connection.http()) {
      JsonNode answer =
          signer
              .get(
                  OperatorApi.JOBS
                      + "/"
                      + HttpSigner.encode(custodian)
                      + "/"
                      + HttpSigner.encode(requestId))
              .orFail();
      String[] lines =
          answer
              .propertyStream()
              .map(field -> "  %-16s %s".formatted(field.getKey(), value(field.getValue())))
              .toArray(String[]::new);
      output.show(answer, Json.text(answer, "state"), custodian + "/" + requestId, lines);
      return 0;
    }
  }

  private static String value(JsonNode node) {
    return node.isValueNode() ? node.asString("") : Json.line(node);
  }
}
