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

  /// The code in the registry that this client was built with.
  public Optional<ErrorCode> known() {
    return ErrorCode.of(code);
  }
}
