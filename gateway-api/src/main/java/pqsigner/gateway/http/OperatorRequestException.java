package pqsigner.gateway.http;

import pqsigner.events.ErrorCode;

/// An operator's request that breaks a rule; leaves a reader from any depth.
public final class OperatorRequestException extends Exception {

  private static final long serialVersionUID = 1L;
  private final ErrorCode code;

  public OperatorRequestException(ErrorCode code, String detail) {
    super(detail, null, false, false);
    this.code = code;
  }

  public static OperatorRequestException malformed(String detail) {
    return new OperatorRequestException(ErrorCode.MALFORMED_REQUEST, detail);
  }

  public ErrorCode code() {
    return code;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }
}
