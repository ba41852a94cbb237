package pqsigner.enclave.release;

import java.util.Set;
import pqsigner.enclave.Deadline;
import pqsigner.protocol.Refusal;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/// What a failed KMS call means for the one who asked.
///
/// | the KMS says | refusal | because |
/// |---|---|---|
/// | wrong ciphertext, context or key | KEY_RECORD_REJECTED | this record does not open, ever |
/// | throttled | KMS_THROTTLED | this call, for now |
/// | token expired, clock skewed | KMS_UNAVAILABLE | the host's trouble; the job is sound |
/// | key disabled, not found, KMS fault | KMS_UNAVAILABLE | so is the job here |
/// | any other refusal | KMS_DENIED | policy, measurement, signature |
/// | nothing, or not in TLS, or too late | KMS_UNAVAILABLE | it cannot be reached |
final class KmsErrors {
  private static final Set<String> RECORD =
      Set.of("InvalidCiphertextException", "IncorrectKeyException");
  private static final Set<String> HOST =
      Set.of(
          "ExpiredToken",
          "ExpiredTokenException",
          "RequestExpired",
          "RequestTimeTooSkewed",
          "DisabledException",
          "NotFoundException",
          "KMSInvalidStateException",
          "KeyUnavailableException",
          "DependencyTimeoutException",
          "KMSInternalException");

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
      String code = said.awsErrorDetails().errorCode();
      if (said.isThrottlingException() || "LimitExceededException".equals(code)) {
        return Refusal.KMS_THROTTLED;
      }
      if (code != null && RECORD.contains(code)) {
        return Refusal.KEY_RECORD_REJECTED;
      }
      boolean unavailable =
          said.statusCode() >= 500
              || said.isClockSkewException()
              || code == null
              || HOST.contains(code);
      return unavailable ? Refusal.KMS_UNAVAILABLE : Refusal.KMS_DENIED;
    }
    return caller.passed() ? Refusal.DEADLINE_EXCEEDED : Refusal.KMS_UNAVAILABLE;
  }
}
