package pqsigner.gateway.ledger;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// A valid request that is to be recorded.
///
/// @param digest SHA-256 over the canonical request as given; decides whether a repetition is the
///   same request. The deadline is not part of it: the first accepted one stands.
/// @param traceparent W3C trace context of the caller, carried to the job and the result
public record NewRequest(
    String custodian,
    String requestId,
    byte[] digest,
    RequestContent content,
    @Nullable Instant deadline,
    Origin origin,
    @Nullable String traceparent,
    Instant acceptedAt) {

  /// Times are kept in milliseconds everywhere they are stored or sent.
  public NewRequest {
    acceptedAt = acceptedAt.truncatedTo(ChronoUnit.MILLIS);
    deadline = deadline == null ? null : deadline.truncatedTo(ChronoUnit.MILLIS);
  }
}
