package pqsigner.gateway.http;

import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;

/// An RFC 9457 problem.
///
/// @param type stable, one for each code; a name, not an address
/// @param title of the code, for people
/// @param detail of this case; never a value the caller sent, never anything from inside
public record Problem(
    String type, String title, int status, String detail, String code, @Nullable String requestId) {

  public static final String MEDIA_TYPE = "application/problem+json";

  public static Problem of(ErrorCode code, String detail, @Nullable String requestId) {
    return new Problem(
        "urn:pq-signer:problem:" + code.code(),
        code.title(),
        code.httpStatus(),
        detail,
        code.code(),
        requestId);
  }
}
