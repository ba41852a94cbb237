package pqsigner.worker.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import pqsigner.events.ErrorCode;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Refusal;

class OutcomeTest {

  @ParameterizedTest
  @CsvSource({
    "MALFORMED_REQUEST,     Refused,        malformed_request",
    "UNSUPPORTED_ALGORITHM, Refused,        unsupported_algorithm",
    "DEADLINE_EXCEEDED,     Expired,        deadline_exceeded",
    "KMS_DENIED,            DependencyDown, kms_denied",
    "CREDENTIALS_REFUSED,   DependencyDown, kms_denied",
    "RECORD_DENIED,         RetryLater,     kms_denied",
    "KEY_RECORD_REJECTED,   Refused,        key_record_rejected",
    "KMS_THROTTLED,         RetryLater,     kms_unavailable",
    "OVERLOADED,            RetryLater,     overloaded",
    "INTERNAL,              RetryLater,     internal",
    "KMS_UNAVAILABLE,       DependencyDown, kms_unavailable",
    "NOT_READY,             DependencyDown, enclave_unavailable",
  })
  void everyRefusalHasItsMeaning(Refusal refusal, String kind, String code) {
    Outcome outcome = Outcome.of(new Answer.Refused(refusal));
    assertThat(outcome.getClass().getSimpleName()).isEqualTo(kind);
    assertThat(outcome.label()).isEqualTo(code);
  }

  @ParameterizedTest
  @EnumSource(Refusal.class)
  void noRefusalIsWithoutAMeaning(Refusal refusal) {
    assertThat(ErrorCode.of(Outcome.of(new Answer.Refused(refusal)).label())).isPresent();
  }
}
