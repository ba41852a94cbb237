package pqsigner.gateway.http;

import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;
import pqsigner.events.Retry;
import pqsigner.gateway.ledger.RequestState;

/// An RFC 9457 problem.
///
/// @param type stable, one for each code; a name, not an address
/// @param title of the code, for people
/// @param detail of this case; never a value the caller sent, never anything from inside
/// @param retry what helps, by the name of a [Retry]
/// @param state of the recorded request that this is the answer of; absent when nothing is recorded
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    String code,
    String retry,
    @Nullable String state,
    @Nullable String requestId) {

  public static final String MEDIA_TYPE = "application/problem+json";

  /// Of something that was not recorded.
  public static Problem of(ErrorCode code, String detail, @Nullable String requestId) {
    return problem(code, code.httpStatus(), detail, code.retry(), null, requestId);
  }

  /// Of something that could not be read, with the status that HTTP has for why.
  static Problem malformed(int status, String detail) {
    ErrorCode code = ErrorCode.MALFORMED_REQUEST;
    return problem(code, status, detail, code.retry(), null, null);
  }

  /// How a recorded request ended or failed.
  public static Problem recorded(
      ErrorCode code, String detail, Retry retry, RequestState state, String requestId) {
    return problem(code, code.httpStatus(), detail, retry, state.name(), requestId);
  }

  private static Problem problem(
      ErrorCode code,
      int status,
      String detail,
      Retry retry,
      @Nullable String state,
      @Nullable String requestId) {
    return new Problem(
        "urn:pq-signer:problem:" + code.code(),
        code.title(),
        status,
        detail,
        code.code(),
        retry.label(),
        state,
        requestId);
  }
}
