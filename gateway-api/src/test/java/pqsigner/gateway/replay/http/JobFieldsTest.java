package pqsigner.gateway.replay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.http.BrokenRequestException;

final class JobFieldsTest {

  private final JobFields fields = new JobFields(100);

  /// DynamoDB would refuse such a range, and the operator would be told that it does not answer.
  @ParameterizedTest
  @CsvSource({
    "2030-01-02T00:00:00Z, 2030-01-01T00:00:00Z",
    "2030-01-01T00:00:00Z, 2030-01-01T00:00:00Z",
    "2030-01-01T01:00:00+01:00, 2030-01-01T00:00:00Z",
    "2030-01-01T00:00:00.0001Z, 2030-01-01T00:00:00.0009Z",
    ", 1970-01-01T00:00:00Z"
  })
  void aRangeOfNoTimeIsMalformed(String since, String until) throws Exception {
    if (since != null) {
      fields.text("since", since);
    }
    fields.text("until", until);

    assertThat(catchThrowableOfType(BrokenRequestException.class, fields::filter).code())
        .isEqualTo(ErrorCode.MALFORMED_REQUEST);
  }

  @Test
  void theShortestRangeIsAMillisecond() throws Exception {
    fields.text("since", "2030-01-01T00:00:00Z");
    fields.text("until", "2030-01-01T00:00:00.001Z");

    assertThat(fields.filter().until()).isEqualTo(Instant.parse("2030-01-01T00:00:00.001Z"));
  }
}
