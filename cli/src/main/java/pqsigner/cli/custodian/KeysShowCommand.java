package pqsigner.cli.custodian;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import pqsigner.cli.GatewayCommand;
import pqsigner.client.Json;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.http.HttpSigner;
import tools.jackson.databind.JsonNode;

/// Shows the versions of a key.
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Show all versions of a key. --json has the keys and their birth attestations.")
public final class KeysShowCommand extends GatewayCommand {
  @Parameters(paramLabel = "USER_ID", description = "The key's name.")
  private String userId;

  @Override
  public Integer call() {
    JsonNode answer = get(HttpSigner.keysPath(userId));
    String[] lines =
        answer.path("keys").valueStream().map(KeysShowCommand::line).toArray(String[]::new);
    output.show(answer, "keys", userId, lines);
    return 0;
  }

  private static String line(JsonNode key) {
    return "  version %s  %s  %s  %s  made %s"
        .formatted(
            Json.text(key, "key_version"),
            Json.text(key, "alg"),
            Json.text(key, "state"),
            MlDsaPublicKey.decode(Json.base64(key, "public_key_spki")).fingerprint(),
            Json.text(key, "created_at"));
  }
}
