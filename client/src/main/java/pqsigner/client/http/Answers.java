package pqsigner.client.http;

import java.time.DateTimeException;
import java.time.Instant;
import pqsigner.client.Json;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.RegisteredKey;
import pqsigner.client.SignerException.CallFailed;
import pqsigner.client.SignerException.CallFailed.Reason;
import pqsigner.client.SignerResult;
import pqsigner.events.Algorithm;
import tools.jackson.databind.JsonNode;

/// Results of the contract from their JSON. What is missing or unreadable is a [CallFailed]
/// `malformed_answer`.
final class Answers {
  private Answers() {}

  static SignerResult result(JsonNode body) {
    return body.has("signature")
        ? new SignerResult.Signed(
            Json.text(body, "request_id"),
            Json.text(body, "user_id"),
            algorithm(body),
            body.path("key_version").asInt(0),
            Json.base64(body, "signature"),
            time(body, "signed_at"))
        : new SignerResult.Generated(key(body, Json.text(body, "user_id")));
  }

  static RegisteredKey key(JsonNode body, String userId) {
    return new RegisteredKey(
        Json.text(body, "request_id"),
        userId,
        body.path("key_version").asInt(0),
        publicKey(body),
        Json.base64(body, "birth_attestation"),
        body.hasNonNull("sealed_key_sha256") ? Json.base64(body, "sealed_key_sha256") : null,
        time(body, "created_at"),
        !Json.text(body, "state").equals("DISABLED"));
  }

  private static MlDsaPublicKey publicKey(JsonNode body) {
    try {
      return new MlDsaPublicKey(algorithm(body), Json.base64(body, "public_key"));
    } catch (IllegalArgumentException e) {
      throw new CallFailed(Reason.MALFORMED_ANSWER, "public_key: " + e.getMessage(), e);
    }
  }

  private static Algorithm algorithm(JsonNode body) {
    String label = Json.text(body, "alg");
    return Algorithm.of(label)
        .orElseThrow(() -> new CallFailed(Reason.MALFORMED_ANSWER, "unknown alg: " + label));
  }

  private static Instant time(JsonNode body, String field) {
    try {
      return Instant.parse(Json.text(body, field));
    } catch (DateTimeException e) {
      throw new CallFailed(Reason.MALFORMED_ANSWER, field + " is not a time", e);
    }
  }
}
