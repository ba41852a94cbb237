package pqsigner.cli.custodian;

import pqsigner.cli.CommandFailure;
import pqsigner.cli.GatewayConnection;
import pqsigner.client.Json;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.http.HttpSigner;
import tools.jackson.databind.JsonNode;

/// A public key as the gateway has it.
final class RegisteredKey {
  private RegisteredKey() {}

  /// The newest version.
  static MlDsaPublicKey fetch(GatewayConnection connection, String userId) {
    try (HttpSigner signer = connection.http()) {
      JsonNode keys = list(signer, userId).path("keys");
      if (keys.isEmpty()) {
        throw new CommandFailure("unknown_user", "no key for " + userId);
      }
      return MlDsaPublicKey.decode(Json.base64(keys.get(keys.size() - 1), "public_key"));
    }
  }

  static JsonNode list(HttpSigner signer, String userId) {
    return signer.get(HttpSigner.PATH + "/keys/" + HttpSigner.encode(userId)).orFail();
  }
}
