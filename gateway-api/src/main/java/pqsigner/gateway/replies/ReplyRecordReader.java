package pqsigner.gateway.replies;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;
import pqsigner.events.avro.GeneratedKey;
import pqsigner.events.avro.SigningReply;
import pqsigner.gateway.kafka.UndecodableValueException;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.RequestState;

/// From a decoded record to a [Reply]. What does not hold together is as undecodable as wrong
/// bytes: it did not come from our worker.
final class ReplyRecordReader {

  private ReplyRecordReader() {}

  /// @param now a reply cannot be later: a worker's clock that runs ahead must not end a request
  ///   before its deadline, be it wrong or lying
  static Reply read(SigningReply record, Instant now) throws UndecodableValueException {
    RequestKey request = new RequestKey(record.getCustodian(), record.getRequestId());
    byte[] digest = bytes(record.getDigest());
    Instant completed = record.getCompletedAt();
    Instant at = completed.isAfter(now) ? now : completed;
    return switch (outcome(record)) {
      case SIGNED -> {
        byte[] signature = present(record.getSignature(), "no signature");
        yield new Reply.Decided(request, digest, new Outcome.Signed(signature, at));
      }
      case GENERATED -> newKey(request, digest, record.getGenerated(), at);
      case REFUSED ->
          new Reply.Decided(request, digest, new Outcome.Refused(code(record), null, at));
      case EXPIRED -> new Reply.Decided(request, digest, new Outcome.Expired(at));
      case FAILED ->
          new Reply.Decided(
              request, digest, new Outcome.Failed(code(record), record.getAttempts(), at));
      case ACCEPTED -> throw impossible("a reply cannot accept");
    };
  }

  private static RequestState outcome(SigningReply record) throws UndecodableValueException {
    try {
      return RequestState.valueOf(record.getOutcome());
    } catch (IllegalArgumentException e) {
      throw impossible("unknown outcome");
    }
  }

  private static Reply newKey(
      RequestKey request, byte[] digest, @Nullable GeneratedKey key, Instant at)
      throws UndecodableValueException {
    if (key == null) {
      throw impossible("no generated key");
    }
    return new Reply.NewKey(
        request,
        digest,
        present(key.getPublicKey(), "no public key"),
        present(key.getEncryptedDataKey(), "no data key"),
        present(key.getWrappedSeed(), "no seed"),
        present(key.getBirthAttestation(), "no birth attestation"),
        at);
  }

  /// A code of a newer worker is told as internal: the request is refused either way.
  private static ErrorCode code(SigningReply record) {
    String code = record.getCode();
    return code == null ? ErrorCode.INTERNAL : ErrorCode.of(code).orElse(ErrorCode.INTERNAL);
  }

  private static byte[] present(@Nullable ByteBuffer buffer, String otherwise)
      throws UndecodableValueException {
    if (buffer == null || !buffer.hasRemaining()) {
      throw impossible(otherwise);
    }
    return bytes(buffer);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static UndecodableValueException impossible(String reason) {
    return new UndecodableValueException(ErrorCode.INTERNAL, "impossible reply: " + reason);
  }
}
