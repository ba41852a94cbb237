package pqsigner.cli.custodian;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import pqsigner.cli.GatewayConnection;
import pqsigner.cli.Output;
import pqsigner.client.Json;
import pqsigner.client.http.HttpSigner;
import tools.jackson.databind.JsonNode;

/// Shows the public keys of a user_id.
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description = "Show the public keys of a user_id, with versions and birth attestations.")
public final class KeysCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private GatewayConnection connection;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private Output output;

  @SuppressWarnings("NullAway.Init") // required
  @Parameters(paramLabel = "USER_ID", description = "Name of the key.")
  private String userId;

  @Override
  public Integer call() {
    try (HttpSigner signer = connection.http()) {
      JsonNode answer = RegisteredKey.list(signer, userId);
      String[] lines =
          answer.path("keys").valueStream().map(KeysCommand::line).toArray(String[]::new);
      output.show(answer, "keys", userId, lines);
      return 0;
    }
  }

  private static String line(JsonNode key) {
    return "  version %s  %s  SHA-256 of SPKI %s  made %s"
        .formatted(
            Json.text(key, "key_version"),
            Json.text(key, "alg"),
            Brief.fingerprint(Json.base64(key, "public_key_spki")),
            Json.text(key, "created_at"));
  }
}
