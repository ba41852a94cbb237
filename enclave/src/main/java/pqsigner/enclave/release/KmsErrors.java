package pqsigner.enclave.release;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import pqsigner.enclave.Deadline;
import pqsigner.protocol.Refusal;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.ClockSkew;
import software.amazon.awssdk.http.SdkHttpResponse;

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
          Set.of("ThrottlingException", "LimitExceededException"),
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

  /// The KMS's own name for it, as far as it is one, for the log.
  static String code(SdkException failure) {
    if (failure instanceof AwsServiceException said && said.awsErrorDetails() != null) {
      String code = said.awsErrorDetails().errorCode();
      return code != null && code.matches("[A-Za-z.]{1,64}") ? code : "unreadable";
    }
    return "none";
  }

  static Refusal refusal(SdkException failure, Deadline caller) {
    if (failure instanceof AwsServiceException said && said.awsErrorDetails() != null) {
      return said(said);
    }
    return caller.passed() ? Refusal.DEADLINE_EXCEEDED : Refusal.KMS_UNAVAILABLE;
  }

  private static Refusal said(AwsServiceException said) {
    if (said.isThrottlingException()) {
      return Refusal.KMS_THROTTLED;
    }
    String code = said.awsErrorDetails().errorCode();
    if (code == null || said.statusCode() >= 500) {
      return Refusal.KMS_UNAVAILABLE;
    }
    Refusal refusal = REFUSALS.getOrDefault(code, Refusal.KMS_DENIED);
    return refusal == Refusal.CREDENTIALS_REFUSED && clockIsWrong(said.awsErrorDetails())
        ? Refusal.KMS_UNAVAILABLE
        : refusal;
  }

  /// AWS calls it an invalid signature or an expired token all the same; only the `Date` of its
  /// answer tells.
  private static boolean clockIsWrong(AwsErrorDetails said) {
    SdkHttpResponse answer = said.sdkHttpResponse();
    return answer != null
        && ClockSkew.getServerTime(answer)
            .filter(theirs -> ClockSkew.isClockSkewed(Instant.now(), theirs))
            .isPresent();
  }
}
