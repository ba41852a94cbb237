package pqsigner.gateway.http;

import pqsigner.events.ErrorCode;

/// A request that breaks a rule; leaves a reader from any depth.
public final class BrokenRequestException extends Exception {

  private static final long serialVersionUID = 1L;
  private final ErrorCode code;

  public BrokenRequestException(ErrorCode code, String detail) {
    super(detail, null, false, false);
    this.code = code;
  }

  public static BrokenRequestException malformed(String detail) {
    return new BrokenRequestException(ErrorCode.MALFORMED_REQUEST, detail);
  }

  public ErrorCode code() {
    return code;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }
}
