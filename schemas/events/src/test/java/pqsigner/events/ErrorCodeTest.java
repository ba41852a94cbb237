package pqsigner.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {

  /// Extend this table; a line that changes breaks someone's client.
  @Test
  void codesAndTheirStatusesAreFrozen() {
    assertThat(Arrays.stream(ErrorCode.values()).map(c -> c.httpStatus() + " " + c.code()))
        .containsExactly(
            "400 malformed_request",
            "400 unknown_field",
            "400 invalid_user_id",
            "400 unsupported_algorithm",
            "403 forbidden",
            "404 unknown_user",
            "404 unknown_request",
            "404 not_found",
            "405 method_not_allowed",
            "409 key_already_exists",
            "409 request_id_conflict",
            "413 message_too_large",
            "415 unsupported_media_type",
            "422 deadline_exceeded",
            "429 rate_limited",
            "500 internal",
            "502 attestation_rejected",
            "502 kms_denied",
            "502 key_record_rejected",
            "503 overloaded",
            "503 kms_unavailable",
            "503 enclave_unavailable");
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
