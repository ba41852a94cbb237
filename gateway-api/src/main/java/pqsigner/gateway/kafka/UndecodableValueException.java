package pqsigner.gateway.kafka;

import pqsigner.events.ErrorCode;

/// These bytes are not the record that their topic promises, and never will be.
public final class UndecodableValueException extends Exception {

  private final ErrorCode code;

  public UndecodableValueException(ErrorCode code, String reason) {
    super(reason, null, false, false);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }

  /// A few words that quote nothing of the record.
  public String reason() {
    return String.valueOf(getMessage());
  }
}
