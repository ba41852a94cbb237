package pqsigner.events;

import static pqsigner.events.Retry.NEVER;
import static pqsigner.events.Retry.NEW_REQUEST_ID;
import static pqsigner.events.Retry.SAME_REQUEST_ID;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The one registry of stable error codes: HTTP problems (RFC 9457), Kafka results, dead-letter
/// headers and metrics all use it. Extend it; never rename or reuse a code.
///
/// Each code says what helps a caller who meets it, as long as nothing is recorded under the
/// request's id. What helps afterwards follows from that: [Retry#onceRecorded()].
public enum ErrorCode {
  MALFORMED_REQUEST("malformed_request", 400, NEVER, "The request is not well formed"),
  UNKNOWN_FIELD(
      "unknown_field", 400, NEVER, "The request has a field that is not part of the contract"),
  INVALID_USER_ID("invalid_user_id", 400, NEVER, "user_id must be 1 to 256 bytes of UTF-8"),
  UNSUPPORTED_ALGORITHM(
      "unsupported_algorithm", 400, NEVER, "The algorithm is not supported for this key"),
  FORBIDDEN("forbidden", 403, NEVER, "The certificate does not allow this"),
  UNKNOWN_USER("unknown_user", 404, SAME_REQUEST_ID, "No key is registered for this user_id"),
  UNKNOWN_KEY_VERSION(
      "unknown_key_version", 404, SAME_REQUEST_ID, "The key of this user_id has no such version"),
  UNKNOWN_REQUEST(
      "unknown_request", 404, SAME_REQUEST_ID, "No request is known under this request_id"),
  UNKNOWN_CUSTODIAN(
      "unknown_custodian", 404, SAME_REQUEST_ID, "No custodian is registered under this name"),
  NOT_FOUND("not_found", 404, NEVER, "Nothing is served at this path"),
  METHOD_NOT_ALLOWED("method_not_allowed", 405, NEVER, "This path does not support the method"),
  KEY_ALREADY_EXISTS(
      "key_already_exists", 409, NEVER, "A key is already registered for this user_id"),
  KEY_DISABLED("key_disabled", 409, SAME_REQUEST_ID, "The key, or its version, is disabled"),
  KEY_ROTATION_CONFLICT(
      "key_rotation_conflict", 409, NEW_REQUEST_ID, "Another rotation of this key was faster"),
  TOO_MANY_KEY_VERSIONS(
      "too_many_key_versions", 409, NEVER, "The key has as many versions as it may have"),
  REQUEST_ID_CONFLICT(
      "request_id_conflict",
      409,
      NEW_REQUEST_ID,
      "The request_id was used before with different content"),
  REVISION_CONFLICT("revision_conflict", 412, NEVER, "The custodian was changed by somebody else"),
  MESSAGE_TOO_LARGE(
      "message_too_large", 413, NEVER, "The message is larger than 65536 bytes; send mu"),
  UNSUPPORTED_MEDIA_TYPE(
      "unsupported_media_type", 415, NEVER, "The content type must be application/json"),
  DEADLINE_EXCEEDED(
      "deadline_exceeded",
      422,
      NEW_REQUEST_ID,
      "The deadline passed before the request was signed"),
  RATE_LIMITED("rate_limited", 429, SAME_REQUEST_ID, "Too many requests from this custodian"),
  INTERNAL("internal", 500, SAME_REQUEST_ID, "An internal error occurred"),
  ATTESTATION_REJECTED(
      "attestation_rejected", 502, SAME_REQUEST_ID, "The enclave's attestation was rejected"),
  KMS_DENIED(
      "kms_denied", 502, SAME_REQUEST_ID, "The KMS refused to release the key to this enclave"),
  KEY_RECORD_REJECTED(
      "key_record_rejected", 502, SAME_REQUEST_ID, "The key record does not belong to this key"),
  OVERLOADED("overloaded", 503, SAME_REQUEST_ID, "The service has too much pending work"),
  KMS_UNAVAILABLE("kms_unavailable", 503, SAME_REQUEST_ID, "The KMS cannot be reached"),
  ENCLAVE_UNAVAILABLE("enclave_unavailable", 503, SAME_REQUEST_ID, "The enclave cannot be reached");

  private static final Map<String, ErrorCode> BY_CODE =
      Arrays.stream(values()).collect(Collectors.toMap(ErrorCode::code, Function.identity()));

  private final String code;
  private final int httpStatus;
  private final Retry retry;
  private final String title;

  ErrorCode(String code, int httpStatus, Retry retry, String title) {
    this.code = code;
    this.httpStatus = httpStatus;
    this.retry = retry;
    this.title = title;
  }

  /// The stable name, as it stands in problems, results, headers and metrics.
  public String code() {
    return code;
  }

  public int httpStatus() {
    return httpStatus;
  }

  /// What helps while nothing is recorded under the request's id.
  public Retry retry() {
    return retry;
  }

  /// A short sentence for people; may change, unlike the code.
  public String title() {
    return title;
  }

  public static Optional<ErrorCode> of(String code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }
}
