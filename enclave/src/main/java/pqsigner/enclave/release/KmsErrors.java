package pqsigner.enclave.release;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import pqsigner.enclave.Deadline;
import pqsigner.protocol.Refusal;

/// What a failed KMS call means for the one who asked, by the code that KMS gave: whatever Decrypt
/// and GenerateDataKey document, and the errors common to AWS's services.
///
/// | KMS says | refusal | whose trouble it is |
/// |---|---|---|
/// | wrong ciphertext, context or key | KEY_RECORD_REJECTED | this record's, for ever |
/// | throttled | KMS_THROTTLED | this call's, for now |
/// | it does not know who signed the call | CREDENTIALS_REFUSED | everybody's, until there are others |
/// | the signature's time is wrong | KMS_UNAVAILABLE | everybody's: the hypervisor's clock; other credentials would not help |
/// | the key is disabled, gone, not usable | KMS_UNAVAILABLE | everybody's: there is one key |
/// | a fault of its own | KMS_UNAVAILABLE | everybody's |
/// | any other no: policy, document, context | KMS_DENIED | everybody's or this record's; a [Trial] shows which |
/// | nothing, or not in TLS, or too late | KMS_UNAVAILABLE | everybody's |
final class KmsErrors {
  private static final Map<Refusal, Set<String>> CODES =
      Map.of(
          Refusal.KEY_RECORD_REJECTED,
          Set.of("InvalidCiphertextException", "IncorrectKeyException"),
          Refusal.KMS_THROTTLED,
          Set.of(
              "ThrottlingException",
              "LimitExceededException",
              "Throttling",
              "ThrottledException",
              "RequestThrottled",
              "RequestThrottledException",
              "RequestLimitExceeded",
              "TooManyRequestsException",
              "SlowDown",
              "BandwidthLimitExceeded",
              "ProvisionedThroughputExceededException",
              "TransactionInProgressException",
              "EC2ThrottledException"),
          Refusal.CREDENTIALS_REFUSED,
          Set.of(
              "UnrecognizedClientException",
              "InvalidClientTokenId",
              "InvalidSignatureException",
              "SignatureDoesNotMatch",
              "IncompleteSignature",
              "IncompleteSignatureException",
              "MissingAuthenticationToken",
              "MissingAuthenticationTokenException",
              "ExpiredToken",
              "ExpiredTokenException"),
          Refusal.KMS_UNAVAILABLE,
          Set.of(
              "RequestExpired",
              "RequestTimeTooSkewed",
              "RequestInTheFuture",
              "DisabledException",
              "NotFoundException",
              "KMSInvalidStateException",
              "KeyUnavailableException",
              "InvalidKeyUsageException",
              "DependencyTimeoutException",
              "KMSInternalException",
              "InternalFailure",
              "ServiceUnavailable",
              "ServiceUnavailableException"),
          Refusal.KMS_DENIED,
          Set.of(
              "AccessDeniedException",
              "NotAuthorized",
              "OptInRequired",
              "InvalidGrantTokenException",
              "ValidationException",
              "ValidationError"));

  private static final Map<String, Refusal> REFUSALS =
      CODES.entrySet().stream()
          .flatMap(entry -> entry.getValue().stream().map(code -> Map.entry(code, entry.getKey())))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private KmsErrors() {}

  /// KMS's own name for it, as far as it is one, for the log.
  static String code(IOException failure) {
    if (failure instanceof KmsErrorException error) {
      String code = error.code();
      return code != null && code.matches("[A-Za-z0-9.]{1,64}") ? code : "unreadable";
    }
    return "none";
  }

  static Refusal refusal(IOException failure, Deadline caller) {
    if (failure instanceof KmsErrorException error) {
      return refusal(error);
    }
    return caller.passed() ? Refusal.DEADLINE_EXCEEDED : Refusal.KMS_UNAVAILABLE;
  }

  private static Refusal refusal(KmsErrorException error) {
    String code = error.code();
    Refusal refusal =
        code == null ? Refusal.KMS_UNAVAILABLE : REFUSALS.getOrDefault(code, Refusal.KMS_DENIED);
    if (error.status() == 429 || refusal == Refusal.KMS_THROTTLED) {
      return Refusal.KMS_THROTTLED;
    }
    // AWS calls a wrong time an invalid signature or an expired token.
    boolean clock = refusal == Refusal.CREDENTIALS_REFUSED && error.clockIsWrong();
    return clock || error.status() >= 500 ? Refusal.KMS_UNAVAILABLE : refusal;
  }
}
