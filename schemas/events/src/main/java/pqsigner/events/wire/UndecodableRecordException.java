package pqsigner.events.wire;

import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;

/// These bytes are not a record of ours and never will be: retrying is pointless. The message says
/// why in a few words and quotes nothing of the record.
public final class UndecodableRecordException extends SerializationException {

  /// What is wrong with the bytes.
  public enum Reason {
    /// Longer than [ConfluentAvroDeserializer#RECORD_BYTES_MAX].
    TOO_LARGE,
    /// No magic byte and schema id in front.
    NOT_FRAMED,
    /// The registry knows no schema by this id.
    UNKNOWN_SCHEMA,
    /// The schema is not a version of one of our records.
    FOREIGN_SCHEMA,
    /// The schema has a field that is not part of the contract, where the contract forbids that.
    UNKNOWN_FIELD,
    /// The bytes are not exactly one record of their schema.
    MALFORMED_BODY
  }

  private final Reason reason;

  UndecodableRecordException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  UndecodableRecordException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /// The code to answer with and to dead-letter under.
  public ErrorCode code() {
    return reason == Reason.UNKNOWN_FIELD ? ErrorCode.UNKNOWN_FIELD : ErrorCode.MALFORMED_REQUEST;
  }
}
