package pqsigner.cli.kafka;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import pqsigner.cli.Json;
import pqsigner.cli.request.Outcome;
import pqsigner.events.avro.Result;
import tools.jackson.databind.node.ObjectNode;

/// One record of the results topic.
///
/// @param eventType `ce_type`, which tells a request's result from the refusal of another request
///   that reused its id
/// @param value the record's value as it came, for comparing deliveries
public record ReceivedResult(
    String requestId, String eventType, Result result, byte[] value, long offset) {

  public Outcome outcome() {
    String state = result.getState().toString();
    return switch (state) {
      case "SIGNED", "GENERATED" -> new Outcome.Done(body());
      default -> new Outcome.Refused(0, text(result.getCode()), text(result.getDetail()));
    };
  }

  public byte[] signature() {
    return bytes(result.getSignature());
  }

  /// The fields of the 200 answer over HTTP.
  private ObjectNode body() {
    ObjectNode body = Json.object();
    body.put("request_id", requestId);
    body.put("user_id", text(result.getUserId()));
    body.put("alg", text(result.getAlg()));
    if (result.getKeyVersion() != null) {
      body.put("key_version", result.getKeyVersion().intValue());
    }
    base64(body, "signature", result.getSignature());
    time(body, "signed_at", result.getSignedAt());
    base64(body, "public_key", result.getPublicKey());
    base64(body, "public_key_spki", result.getPublicKeySpki());
    base64(body, "birth_attestation", result.getBirthAttestation());
    time(body, "created_at", result.getCreatedAt());
    return body;
  }

  private static void base64(ObjectNode body, String field, @Nullable ByteBuffer value) {
    if (value != null) {
      body.put(field, Base64.getEncoder().encodeToString(bytes(value)));
    }
  }

  private static void time(ObjectNode body, String field, @Nullable Instant value) {
    if (value != null) {
      body.put(field, value.toString());
    }
  }

  private static byte[] bytes(@Nullable ByteBuffer value) {
    if (value == null) {
      return new byte[0];
    }
    byte[] bytes = new byte[value.remaining()];
    value.duplicate().get(bytes);
    return bytes;
  }

  private static String text(@Nullable CharSequence value) {
    return value == null ? "" : value.toString();
  }
}
