package pqsigner.client;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import pqsigner.events.avro.Command;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A request of the contract as its caller means it; the same fields over HTTP and Kafka.
///
/// Each has an id from the start, its caller's or a new one. Keep the request, or its id, to send
/// it again: the same id and content give the same answer, whichever way it travels.
///
/// Nothing is checked here: the service's answer to a bad request is what a caller should see.
///
/// @param type `key_generation`, `key_rotation` or `sign`
/// @param keyVersion to sign with; null for the newest that is enabled
/// @param mu 64 bytes to sign instead of a message (FIPS 204, external mu)
/// @param deadline RFC 3339; it is no part of the content
public record SignerRequest(
    String type,
    String requestId,
    @Nullable String userId,
    @Nullable String algorithm,
    @Nullable Integer keyVersion,
    byte @Nullable [] message,
    byte @Nullable [] mu,
    byte @Nullable [] context,
    @Nullable String deadline) {

  /// @param userId null for one that the service mints
  public static SignerRequest keyGeneration(@Nullable String userId, String algorithm) {
    return new SignerRequest(
        "key_generation", newRequestId(), userId, algorithm, null, null, null, null, null);
  }

  /// Asks for the next version of a key.
  ///
  /// @param algorithm null for that of the newest version
  public static SignerRequest keyRotation(String userId, @Nullable String algorithm) {
    return new SignerRequest(
        "key_rotation", newRequestId(), userId, algorithm, null, null, null, null, null);
  }

  public static SignerRequest sign(String userId, byte[] message) {
    return new SignerRequest("sign", newRequestId(), userId, null, null, message, null, null, null);
  }

  public static SignerRequest signMu(String userId, byte[] mu) {
    return new SignerRequest("sign", newRequestId(), userId, null, null, null, mu, null, null);
  }

  private static String newRequestId() {
    return UUID.randomUUID().toString();
  }

  /// @param id null keeps the id that it has
  public SignerRequest withRequestId(@Nullable String id) {
    return id == null
        ? this
        : new SignerRequest(
            type, id, userId, algorithm, keyVersion, message, mu, context, deadline);
  }

  public SignerRequest withAlgorithm(@Nullable String label) {
    return new SignerRequest(
        type, requestId, userId, label, keyVersion, message, mu, context, deadline);
  }

  public SignerRequest withKeyVersion(@Nullable Integer version) {
    return new SignerRequest(
        type, requestId, userId, algorithm, version, message, mu, context, deadline);
  }

  public SignerRequest withContext(byte @Nullable [] bytes) {
    return new SignerRequest(
        type, requestId, userId, algorithm, keyVersion, message, mu, bytes, deadline);
  }

  public SignerRequest withDeadline(@Nullable String time) {
    return new SignerRequest(
        type, requestId, userId, algorithm, keyVersion, message, mu, context, time);
  }

  /// The body of a POST.
  public ObjectNode toJson() {
    ObjectNode body = Json.object();
    body.put("request_type", type);
    body.putObject("payload")
        .put("request_id", requestId)
        .put("user_id", userId)
        .put("alg", algorithm)
        .put("key_version", keyVersion)
        .put("message", message)
        .put("mu", mu)
        .put("context", context)
        .put("deadline", deadline)
        .removeIf(JsonNode::isNull);
    return body;
  }

  /// The value of a record on the commands topic.
  public Command toCommand() {
    return Command.newBuilder()
        .setRequestType(type)
        .setRequestId(requestId)
        .setUserId(userId)
        .setAlg(algorithm)
        .setKeyVersion(keyVersion)
        .setMessage(wrap(message))
        .setMu(wrap(mu))
        .setContext(wrap(context))
        .setDeadline(deadline)
        .build();
  }

  private static @Nullable ByteBuffer wrap(byte @Nullable [] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }
}
