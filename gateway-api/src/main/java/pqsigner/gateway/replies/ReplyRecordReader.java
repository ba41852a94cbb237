package pqsigner.gateway.replies;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;
import pqsigner.events.avro.GeneratedKey;
import pqsigner.events.avro.SigningReply;
import pqsigner.gateway.kafka.UndecodableValueException;
import pqsigner.gateway.ledger.RequestState;

/// From a decoded record to a [Reply]. What does not hold together is as undecodable as wrong
/// bytes: it did not come from our worker.
final class ReplyRecordReader {

  private ReplyRecordReader() {}

  /// @param now a reply cannot be later: a worker's clock that runs ahead must not end a request
  ///   before its deadline, be it wrong or lying
  static Reply read(SigningReply record, Instant now) throws UndecodableValueException {
    Instant at = record.getCompletedAt();
    return new Reply(
        record.getCustodian(),
        record.getRequestId(),
        bytes(record.getDigest()),
        said(record),
        at.isAfter(now) ? now : at);
  }

  private static Reply.Said said(SigningReply record) throws UndecodableValueException {
    RequestState state;
    try {
      state = RequestState.valueOf(record.getOutcome());
    } catch (IllegalArgumentException e) {
      throw impossible("unknown outcome");
    }
    return switch (state) {
      case SIGNED -> new Reply.Said.Signed(present(record.getSignature(), "no signature"));
      case GENERATED -> generated(record.getGenerated());
      case REFUSED -> new Reply.Said.Refused(code(record));
      case EXPIRED -> new Reply.Said.Expired();
      case FAILED -> new Reply.Said.Failed(code(record), record.getAttempts());
      case ACCEPTED -> throw impossible("a reply cannot accept");
    };
  }

  private static Reply.Said generated(@Nullable GeneratedKey key) throws UndecodableValueException {
    if (key == null) {
      throw impossible("no generated key");
    }
    return new Reply.Said.Generated(
        present(key.getPublicKey(), "no public key"),
        present(key.getEncryptedDataKey(), "no data key"),
        present(key.getWrappedSeed(), "no seed"),
        present(key.getBirthAttestation(), "no birth attestation"));
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
