package pqsigner.client.kafka;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import pqsigner.client.Json;
import pqsigner.client.SignerResult;
import pqsigner.events.avro.Conflict;
import pqsigner.events.avro.Failed;
import pqsigner.events.avro.Result;
import tools.jackson.databind.node.ObjectNode;

/// One record of the results topic: a request's result, that it failed, or that another request
/// reused its id.
///
/// @param eventType `ce_type`
/// @param event the record that is of this type
/// @param value the record's value as it came, for comparing deliveries
public record ReceivedEvent(
    String requestId, String eventType, @Nullable SpecificRecord event, byte[] value, long offset) {

  /// The request that an event is about; empty for what is no event of ours.
  static Optional<String> requestId(@Nullable SpecificRecord event) {
    return switch (event) {
      case Result result -> Optional.of(result.getRequestId());
      case Failed failed -> Optional.of(failed.getRequestId());
      case Conflict conflict -> Optional.of(conflict.getRequestId());
      case null, default -> Optional.empty();
    };
  }

  /// SIGNED, GENERATED, REFUSED or EXPIRED, which are the end; FAILED; or CONFLICT, which is not
  /// about the request that has the id.
  public String state() {
    return switch (event) {
      case Result result -> result.getState();
      case Failed failed -> failed.getState();
      case null, default -> "CONFLICT";
    };
  }

  public SignerResult outcome() {
    return switch (event) {
      case Result result ->
          switch (result.getState()) {
            case "SIGNED", "GENERATED" -> new SignerResult.Done(body(result));
            default ->
                new SignerResult.Refused(0, text(result.getCode()), text(result.getDetail()));
          };
      case Failed failed -> new SignerResult.Failed(requestId, failed.getCode(), failed.getRetry());
      case Conflict conflict -> new SignerResult.Refused(0, conflict.getCode(), "");
      case null, default -> throw new IllegalStateException("no event of a results topic");
    };
  }

  /// Empty when nothing was signed.
  public byte[] signature() {
    return event instanceof Result result ? bytes(result.getSignature()) : new byte[0];
  }

  /// The fields of the 200 answer over HTTP.
  private ObjectNode body(Result result) {
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
    base64(body, "sealed_key_sha256", result.getSealedKeySha256());
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
