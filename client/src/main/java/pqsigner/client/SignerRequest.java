package pqsigner.client;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import pqsigner.events.avro.Command;
import tools.jackson.databind.node.ObjectNode;

/// A request of the contract as its caller means it; the same fields over HTTP and Kafka.
///
/// Nothing is checked here: the service's answer to a bad request is what a caller should see.
public record SignerRequest(
    String type,
    String requestId,
    @Nullable String userId,
    @Nullable String algorithm,
    byte @Nullable [] message,
    byte @Nullable [] mu,
    byte @Nullable [] context,
    @Nullable String deadline) {

  public static SignerRequest keyGeneration(@Nullable String userId, String algorithm) {
    return new SignerRequest(
        "key_generation", newRequestId(), userId, algorithm, null, null, null, null);
  }

  public static SignerRequest sign(String userId, byte[] message) {
    return new SignerRequest("sign", newRequestId(), userId, null, message, null, null, null);
  }

  public static SignerRequest signMu(String userId, byte[] mu) {
    return new SignerRequest("sign", newRequestId(), userId, null, null, mu, null, null);
  }

  public static String newRequestId() {
    return UUID.randomUUID().toString();
  }

  public SignerRequest withRequestId(@Nullable String id) {
    return id == null
        ? this
        : new SignerRequest(type, id, userId, algorithm, message, mu, context, deadline);
  }

  public SignerRequest withAlgorithm(@Nullable String label) {
    return new SignerRequest(type, requestId, userId, label, message, mu, context, deadline);
  }

  public SignerRequest withContext(byte @Nullable [] bytes) {
    return new SignerRequest(type, requestId, userId, algorithm, message, mu, bytes, deadline);
  }

  public SignerRequest withDeadline(@Nullable String time) {
    return new SignerRequest(type, requestId, userId, algorithm, message, mu, context, time);
  }

  public ObjectNode toJson() {
    ObjectNode payload = Json.object();
    payload.put("request_id", requestId);
    put(payload, "user_id", userId);
    put(payload, "alg", algorithm);
    put(payload, "message", base64(message));
    put(payload, "mu", base64(mu));
    put(payload, "context", base64(context));
    put(payload, "deadline", deadline);
    ObjectNode body = Json.object();
    body.put("request_type", type);
    body.set("payload", payload);
    return body;
  }

  public Command toCommand() {
    return Command.newBuilder()
        .setRequestType(type)
        .setRequestId(requestId)
        .setUserId(userId)
        .setAlg(algorithm)
        .setMessage(wrap(message))
        .setMu(wrap(mu))
        .setContext(wrap(context))
        .setDeadline(deadline)
        .build();
  }

  private static void put(ObjectNode node, String field, @Nullable String value) {
    if (value != null) {
      node.put(field, value);
    }
  }

  private static @Nullable String base64(byte @Nullable [] bytes) {
    return bytes == null ? null : Base64.getEncoder().encodeToString(bytes);
  }

  private static @Nullable ByteBuffer wrap(byte @Nullable [] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }
}
