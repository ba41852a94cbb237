package pqsigner.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {

  /// Extend this table; a line that changes breaks someone's client.
  @Test
  void codesTheirStatusesAndWhatHelpsAreFrozen() {
    assertThat(
            Arrays.stream(ErrorCode.values())
                .map(c -> c.httpStatus() + " " + c.code() + " " + c.retry().label()))
        .containsExactly(
            "400 malformed_request never",
            "400 unknown_field never",
            "400 invalid_user_id never",
            "400 unsupported_algorithm never",
            "403 forbidden never",
            "404 unknown_user same_request_id",
            "404 unknown_key_version same_request_id",
            "404 unknown_request same_request_id",
            "404 unknown_custodian same_request_id",
            "404 not_found never",
            "405 method_not_allowed never",
            "409 key_already_exists never",
            "409 key_disabled same_request_id",
            "409 key_rotation_conflict new_request_id",
            "409 too_many_key_versions never",
            "409 request_id_conflict new_request_id",
            "412 revision_conflict never",
            "413 message_too_large never",
            "415 unsupported_media_type never",
            "422 deadline_exceeded new_request_id",
            "429 rate_limited same_request_id",
            "500 internal same_request_id",
            "502 attestation_rejected same_request_id",
            "502 kms_denied same_request_id",
            "502 key_record_rejected same_request_id",
            "503 overloaded same_request_id",
            "503 kms_unavailable same_request_id",
            "503 enclave_unavailable same_request_id");
  }

  /// The id is burnt then: the same request would be answered the same for ever.
  @Test
  void theSameIdHelpsNobodyOnceARefusalIsRecorded() {
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(code.retry().onceRecorded())
          .as(code.code())
          .isEqualTo(code.retry() == Retry.NEVER ? Retry.NEVER : Retry.NEW_REQUEST_ID);
    }
  }

  @Test
  void everyCodeIsFoundByItsNameAndNothingElseIs() {
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(ErrorCode.of(code.code())).contains(code);
      assertThat(code.title()).isNotBlank();
    }
    assertThat(ErrorCode.of("INTERNAL")).isEmpty();
    assertThat(ErrorCode.of("")).isEmpty();
  }
}
