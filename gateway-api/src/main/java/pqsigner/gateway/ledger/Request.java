package pqsigner.gateway.ledger;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;
import pqsigner.gateway.keys.RegisteredKey;

/// A request as it came in and as it is recorded. Times are in milliseconds, as they are stored.
///
/// @param digest of what was asked for; decides whether a repetition is the same request
/// @param type null only for a refused command whose type could not be read
/// @param userId null until the gateway has minted it, and for a refused command that named none
/// @param algorithm as asked for, then the key's; null for a refused command that named none
/// @param keyVersion as asked for, then the key's; 0 for neither
/// @param keyEpoch the key's [pqsigner.gateway.keys.KeyState#epoch()] when the request was
///   accepted: it is signed in no later one; 0 until the key is known
/// @param content null once the request is finished, and for a command that could not be read
/// @param deadline the first one asked for, unless an operator extended it
/// @param origin KAFKA, too, once a request that came over HTTP was repeated over Kafka
/// @param traceparent W3C trace context of the caller, carried to the job and the result
/// @param acceptedAt when it arrived
public record Request(
    RequestKey key,
    byte[] digest,
    @Nullable RequestType type,
    @Nullable String userId,
    @Nullable Algorithm algorithm,
    int keyVersion,
    int keyEpoch,
    @Nullable RequestContent content,
    @Nullable Instant deadline,
    Origin origin,
    @Nullable String traceparent,
    Instant acceptedAt) {

  public Request {
    acceptedAt = acceptedAt.truncatedTo(ChronoUnit.MILLIS);
    deadline = deadline == null ? null : deadline.truncatedTo(ChronoUnit.MILLIS);
  }

  public String custodian() {
    return key.custodian();
  }

  public String requestId() {
    return key.requestId();
  }

  /// Whether the request may no longer be signed at `now`.
  public boolean pastDeadline(Instant now) {
    return deadline != null && now.isAfter(deadline);
  }

  /// The request of a signature, with the key that is to make it.
  public Request signedWith(RegisteredKey signer) {
    return new Request(
        key,
        digest,
        type,
        userId,
        signer.algorithm(),
        signer.version(),
        signer.state().epoch(),
        content,
        deadline,
        origin,
        traceparent,
        acceptedAt);
  }

  /// The request of a key, with the place that it is to have.
  ///
  /// @param birth with its nonce
  public Request making(String user, Algorithm alg, int version, RequestContent birth) {
    return new Request(
        key, digest, type, user, alg, version, 0, birth, deadline, origin, traceparent, acceptedAt);
  }

  Request withoutContent() {
    return with(null, deadline, origin);
  }

  Request withDeadline(Instant extended) {
    return with(content, extended, origin);
  }

  Request askedOverKafka() {
    return with(content, deadline, Origin.KAFKA);
  }

  private Request with(
      @Nullable RequestContent content, @Nullable Instant deadline, Origin origin) {
    return new Request(
        key,
        digest,
        type,
        userId,
        algorithm,
        keyVersion,
        keyEpoch,
        content,
        deadline,
        origin,
        traceparent,
        acceptedAt);
  }

  /// For logs: no content, no digest.
  @Override
  public String toString() {
    return "Request[" + custodian() + "/" + requestId() + " " + type + "]";
  }
}
