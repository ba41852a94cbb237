package pqsigner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a script goes by: the exit code of `request`, and what is printed when it fails.
final class RequestCommandTest {
  @RegisterExtension private final CalledGateway gateway = new CalledGateway();

  @Test
  void aSignedRequestEndsWithZero() {
    gateway.then(
        200,
        """
        {"request_id":"r 1","request_type":"sign","state":"SIGNED","result":{},
         "accepted_at":"2026-01-02T03:04:05Z"}""");

    Terminal.Run run = gateway.run("request", "r 1");

    assertThat(run.exit()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "SIGNED  ",
            "  request_id   r 1",
            "  type         sign",
            "  accepted at  2026-01-02T03:04:05Z");
    assertThat(gateway.asked()).hasToString("GET /v1/pq-signer/requests/r%201");
  }

  @ParameterizedTest
  @CsvSource({
    "same_request_id, send it again to retry: --request-id r",
    "new_request_id, it has been retried as often as allowed; send it under a new request_id"
  })
  void aFailedRequestEndsWithOneAndSaysWhatHelps(String retry, String help) {
    gateway.then(
        200,
        """
        {"state":"FAILED","code":"kms_unavailable","retry":"%s"}"""
            .formatted(retry));

    Terminal.Run run = gateway.run("request", "r");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out()).startsWith("FAILED  kms_unavailable").contains("what helps   " + help);
  }

  @Test
  void aScriptGetsTheServicesAnswerAndTheExitCode() {
    gateway.then(200, "{\"state\":\"FAILED\",\"code\":\"kms_unavailable\",\"news\":[1]}");

    Terminal.Run run = gateway.run("request", "r", "--json");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.json().at("/news/0").asInt()).isEqualTo(1);
  }

  /// `internal` is also the code for a fault of this program's; the service's own detail must show.
  @Test
  void aProblemOfTheServiceIsToldInItsOwnWords() {
    gateway.then(
        500,
        """
        {"code":"internal","detail":"the cause is in the gateway's log"}""");

    Terminal.Run run = gateway.run("request", "r");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err().lines())
        .containsExactly("internal", "  the cause is in the gateway's log");
  }

  @Test
  void whatTheServiceSaysCannotSteerTheTerminal() {
    gateway.then(200, "{\"state\":\"SIG\\u001b[31mNED\",\"request_type\":\"\\u0007\"}");

    assertThat(gateway.run("request", "r").out()).doesNotContain("\u001b[31mNED", "\u0007");

    gateway.then(400, "{\"code\":\"x\\u001b[31my\",\"detail\":\"\\u0007\"}");

    assertThat(gateway.run("request", "r").err()).contains("x?[31my").doesNotContain("\u0007");
  }
}
