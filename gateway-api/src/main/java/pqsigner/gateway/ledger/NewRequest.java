package pqsigner.gateway.ledger;

import java.time.Instant;
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
    Instant acceptedAt) {}
