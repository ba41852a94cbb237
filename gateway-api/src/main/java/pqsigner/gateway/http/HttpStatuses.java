package pqsigner.gateway.http;

import pqsigner.events.ErrorCode;

/// Codes for errors that the framework or the web server raises by status alone.
final class HttpStatuses {

  private HttpStatuses() {}

  static ErrorCode codeOf(int status) {
    return switch (status) {
      case 403 -> ErrorCode.FORBIDDEN;
      case 404 -> ErrorCode.NOT_FOUND;
      case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
      case 413 -> ErrorCode.MESSAGE_TOO_LARGE;
      case 415 -> ErrorCode.UNSUPPORTED_MEDIA_TYPE;
      case 429 -> ErrorCode.RATE_LIMITED;
      case 503 -> ErrorCode.OVERLOADED;
      default -> status < 500 ? ErrorCode.MALFORMED_REQUEST : ErrorCode.INTERNAL;
    };
  }

  static String detailOf(ErrorCode code) {
    return switch (code) {
      case NOT_FOUND -> "the paths are listed in /openapi.json";
      case METHOD_NOT_ALLOWED -> "the path does not take this method";
      case INTERNAL -> "the cause is in the gateway's log";
      default -> "the request line, a header or a parameter is not acceptable";
    };
  }
}
