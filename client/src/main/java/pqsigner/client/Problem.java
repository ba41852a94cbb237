package pqsigner.client;

import java.util.Optional;
import pqsigner.events.ErrorCode;
import pqsigner.events.Retry;

/// Why a request was not signed.
///
/// @param code stable; a service newer than this client may have codes that [ErrorCode] lacks
/// @param retry what helps
/// @param detail for people; may be empty
public record Problem(String code, Retry retry, String detail) {
  private static final int SERVER_ERRORS = 500;

  /// @param retry as the service names it; without one, the code decides, and for an unknown code
  ///   repeating the same request, which is always safe
  public static Problem of(String code, String retry, String detail) {
    return new Problem(
        code,
        Retry.of(retry)
            .or(() -> ErrorCode.of(code).map(ErrorCode::retry))
            .orElse(Retry.SAME_REQUEST_ID),
        detail);
  }

  /// Whether time alone may mend it, so that the same request is worth sending again. What somebody
  /// has to mend first, such as an unknown user, is not transient, though [#retry] says that the
  /// request may be sent again then.
  public boolean isTransient() {
    return retry == Retry.SAME_REQUEST_ID
        && known()
            .map(code -> code == ErrorCode.RATE_LIMITED || code.httpStatus() >= SERVER_ERRORS)
            .orElse(true);
  }

  /// The code in the registry that this client was built with.
  public Optional<ErrorCode> known() {
    return ErrorCode.of(code);
  }
}
