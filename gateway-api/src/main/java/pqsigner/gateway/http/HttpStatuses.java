package pqsigner.gateway.http;

import pqsigner.events.ErrorCode;

/// Codes for errors that the framework or the web server raises by status alone.
final class HttpStatuses {

  private HttpStatuses() {}

  /// What the caller did wrong is never `internal`, also where HTTP has a 5xx for it: a method or a
  /// transfer coding that is not implemented, a version that is not supported.
  static ErrorCode codeOf(int status) {
    return switch (status) {
      case 403 -> ErrorCode.FORBIDDEN;
      case 404 -> ErrorCode.NOT_FOUND;
      case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
      case 412 -> ErrorCode.REVISION_CONFLICT;
      case 413 -> ErrorCode.MESSAGE_TOO_LARGE;
      case 415 -> ErrorCode.UNSUPPORTED_MEDIA_TYPE;
      case 429 -> ErrorCode.RATE_LIMITED;
      case 501, 505 -> ErrorCode.MALFORMED_REQUEST;
      case 503 -> ErrorCode.OVERLOADED;
      default -> status < 500 ? ErrorCode.MALFORMED_REQUEST : ErrorCode.INTERNAL;
    };
  }

  static String detailOf(int status) {
    return switch (status) {
      case 404 -> "the paths are listed in /openapi.json";
      case 405 -> "this path does not support the method";
      case 408 -> "the request took too long to arrive";
      case 414 -> "the request line is too long";
      case 417 -> "100-continue is the only expectation supported";
      case 431 -> "the headers are too many or too large";
      case 501 -> "the method or the transfer coding is not implemented";
      case 505 -> "the supported versions are HTTP/1.1 and HTTP/1.0";
      default ->
          codeOf(status) == ErrorCode.INTERNAL
              ? "the cause is in the gateway's log"
              : "the request line, a header or a parameter is not acceptable";
    };
  }
}
