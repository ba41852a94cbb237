package pqsigner.gateway.replay.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.http.BrokenRequestException;

final class ReplayBodyReaderTest {

  private final ReplayBodyReader reader = new ReplayBodyReader(3);

  @Test
  void everyFieldIsRead() throws Exception {
    JobFields fields =
        reader.read(
            """
            {"custodian":"custodian-a","request_ids":["a","b"],"execute":true,"limit":2,
             "code":"internal","since":"2030-01-01T00:00:00Z","until":"2030-01-02T00:00:00Z",
             "extend_deadline":"2030-01-03T00:00:00+01:00"}
            """
                .getBytes(UTF_8));

    assertThat(fields.custodian).isEqualTo("custodian-a");
    assertThat(fields.requestIds).containsExactly("a", "b");
    assertThat(fields.execute).isTrue();
    assertThat(fields.limit).isEqualTo(2);
    assertThat(fields.code).isEqualTo(ErrorCode.INTERNAL);
    assertThat(fields.since).isEqualTo(Instant.parse("2030-01-01T00:00:00Z"));
    assertThat(fields.extendDeadline).isEqualTo(Instant.parse("2030-01-02T23:00:00Z"));
  }

  @Test
  void withoutExecuteItIsADryRun() throws Exception {
    assertThat(reader.read("{}".getBytes(UTF_8)).execute).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]                                   | malformed_request",
        "{} {}                                | malformed_request",
        "{\"execute\":\"true\"}               | malformed_request",
        "{\"execute\":1}                      | malformed_request",
        "{\"execute\":true,\"execute\":false} | malformed_request",
        "{\"limit\":0}                        | malformed_request",
        "{\"limit\":4}                        | malformed_request",
        "{\"limit\":1.5}                      | malformed_request",
        "{\"request_ids\":[]}                 | malformed_request",
        "{\"request_ids\":[\"a\",1]}          | malformed_request",
        "{\"request_ids\":[[\"a\"]]}          | malformed_request",
        "{\"request_ids\":[\"a b\"]}          | malformed_request",
        "{\"request_ids\":[\"a\",\"b\",\"c\",\"d\"]} | malformed_request",
        "{\"custodian\":\"A\"}                | malformed_request",
        "{\"custodian\":null}                 | malformed_request",
        "{\"code\":\"no_such_code\"}          | malformed_request",
        "{\"since\":\"yesterday\"}            | malformed_request",
        "{\"dry_run\":\"false\"}              | unknown_field",
        "{\"execute\":true                    | malformed_request"
      })
  void anythingElseIsRefused(String body, String code) {
    BrokenRequestException refused =
        catchThrowableOfType(BrokenRequestException.class, () -> reader.read(body.getBytes(UTF_8)));

    assertThat(refused).isNotNull();
    assertThat(refused.code().code()).isEqualTo(code);
  }
}
