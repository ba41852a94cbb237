package pqsigner.worker.batch;

import pqsigner.events.ErrorCode;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Refusal;

/// What became of a job.
public sealed interface Outcome {

  record Completed(Answer.Result result) implements Outcome {}

  /// The request itself is refused; asking again would not help.
  record Refused(ErrorCode code) implements Outcome {}

  /// Too late; the enclave was not asked, or refused for that reason.
  record Expired() implements Outcome {}

  /// This job failed this time; others may succeed.
  record RetryLater(ErrorCode code, String reason) implements Outcome {}

  /// Nothing is wrong with the job: what it needs is not there.
  record DependencyDown(Dependency dependency) implements Outcome {}

  /// The job cannot succeed, or has been tried too many times.
  record DeadLettered(ErrorCode code, String reason) implements Outcome {}

  enum Dependency {
    ENCLAVE,
    ENCLAVE_NOT_READY,
    KMS,
    /// KMS answers, and denies everything.
    KMS_PERMISSION,
    /// KMS answers, and does not take the host's credentials.
    CREDENTIALS
  }

  /// The one place where an answer of the enclave gets its meaning.
  static Outcome of(Answer.ToJob answer) {
    return switch (answer) {
      case Answer.Result result -> new Completed(result);
      case Answer.Refused(var refusal) -> of(refusal);
    };
  }

  private static Outcome of(Refusal refusal) {
    return switch (refusal) {
      case MALFORMED_REQUEST -> new Refused(ErrorCode.MALFORMED_REQUEST);
      case UNSUPPORTED_ALGORITHM -> new Refused(ErrorCode.UNSUPPORTED_ALGORITHM);
      case KEY_RECORD_REJECTED -> new Refused(ErrorCode.KEY_RECORD_REJECTED);
      case DEADLINE_EXCEEDED -> new Expired();
      case KMS_THROTTLED -> new RetryLater(ErrorCode.KMS_UNAVAILABLE, "the KMS throttles this key");
      case OVERLOADED -> new RetryLater(ErrorCode.OVERLOADED, "the enclave's queue is full");
      case INTERNAL -> new RetryLater(ErrorCode.INTERNAL, "the enclave failed on this job");
      case RECORD_DENIED ->
          new RetryLater(ErrorCode.KMS_DENIED, "KMS denies this record but not others");
      case KMS_UNAVAILABLE -> new DependencyDown(Dependency.KMS);
      case KMS_DENIED -> new DependencyDown(Dependency.KMS_PERMISSION);
      case CREDENTIALS_REFUSED -> new DependencyDown(Dependency.CREDENTIALS);
      case NOT_READY -> new DependencyDown(Dependency.ENCLAVE_NOT_READY);
    };
  }

  /// The code for headers and metrics; of a result, its kind.
  default String label() {
    return switch (this) {
      case Completed(Answer.Signed _) -> "signed";
      case Completed(Answer.KeyGenerated _) -> "generated";
      case Refused(var code) -> code.code();
      case Expired _ -> ErrorCode.DEADLINE_EXCEEDED.code();
      case RetryLater(var code, var _) -> code.code();
      case DependencyDown(var dependency) ->
          switch (dependency) {
            case KMS -> ErrorCode.KMS_UNAVAILABLE.code();
            case KMS_PERMISSION, CREDENTIALS -> ErrorCode.KMS_DENIED.code();
            case ENCLAVE, ENCLAVE_NOT_READY -> ErrorCode.ENCLAVE_UNAVAILABLE.code();
          };
      case DeadLettered(var code, var _) -> code.code();
    };
  }
}
