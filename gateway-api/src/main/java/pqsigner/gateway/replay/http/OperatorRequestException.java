package pqsigner.gateway.replay.http;

import pqsigner.events.ErrorCode;

/// An operator's request that breaks a rule; leaves a reader from any depth.
final class OperatorRequestException extends Exception {

  private static final long serialVersionUID = 1L;
  private final ErrorCode code;

  OperatorRequestException(ErrorCode code, String detail) {
    super(detail, null, false, false);
    this.code = code;
  }

  static OperatorRequestException malformed(String detail) {
    return new OperatorRequestException(ErrorCode.MALFORMED_REQUEST, detail);
  }

  ErrorCode code() {
    return code;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
