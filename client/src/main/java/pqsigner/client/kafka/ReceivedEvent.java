package pqsigner.client.kafka;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.Problem;
import pqsigner.client.RegisteredKey;
import pqsigner.client.SignerResult;
import pqsigner.events.Algorithm;
import pqsigner.events.avro.Conflict;
import pqsigner.events.avro.Failed;
import pqsigner.events.avro.Result;

/// One record of the results topic: a request's result, that it failed, or that another request
/// reused its id.
///
/// @param eventType `ce_type`
/// @param event the record that is of this type
/// @param value the record's value as it came, for comparing deliveries
public record ReceivedEvent(
    String requestId, String eventType, SpecificRecord event, byte[] value, long offset) {

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
      default -> "CONFLICT";
    };
  }

  public SignerResult result() {
    return switch (event) {
      case Result result -> result(result);
      case Failed failed ->
          new SignerResult.Failed(requestId, Problem.of(failed.getCode(), failed.getRetry(), ""));
      case Conflict conflict ->
          new SignerResult.Conflict(
              requestId, Problem.of(conflict.getCode(), conflict.getRetry(), ""));
      default -> throw new IllegalStateException("not an event from a results topic");
    };
  }

  private SignerResult result(Result result) {
    return switch (result.getState()) {
      case "SIGNED" ->
          new SignerResult.Signed(
              requestId,
              result.getUserId(),
              Algorithm.of(result.getAlg()).orElseThrow(),
              result.getKeyVersion(),
              bytes(result.getSignature()),
              result.getSignedAt());
      case "GENERATED" -> new SignerResult.Generated(key(result));
      default ->
          new SignerResult.Refused(
              requestId,
              Problem.of(
                  text(result.getCode()), text(result.getRetry()), text(result.getDetail())));
    };
  }

  private RegisteredKey key(Result result) {
    ByteBuffer sealed = result.getSealedKeySha256();
    return new RegisteredKey(
        requestId,
        result.getUserId(),
        result.getKeyVersion(),
        new MlDsaPublicKey(
            Algorithm.of(result.getAlg()).orElseThrow(), bytes(result.getPublicKey())),
        bytes(result.getBirthAttestation()),
        sealed == null ? null : bytes(sealed),
        result.getCreatedAt(),
        true);
  }

  private static byte[] bytes(ByteBuffer value) {
    byte[] bytes = new byte[value.remaining()];
    value.duplicate().get(bytes);
    return bytes;
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
