package pqsigner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.cli.Terminal.Run;
import pqsigner.client.Json;
import tools.jackson.databind.JsonNode;

/// What an operator's commands about custodians ask the gateway, without an administrator's
/// certificate for the brokers.
final class CustodianCommandsTest {
  private static final String FUND =
      """
      {"name":"fund","state":"ENABLED","limits":{"burst":7},"context":true,"revision":2,
       "created_at":"2026-11-29T12:00:00Z","changed_at":"2026-11-29T12:00:00Z","changed_by":"alice"}""";

  private static final String EXISTS =
      """
      {"code":"revision_conflict","retry":"never","detail":"read the custodian again"}""";

  @RegisterExtension private final CalledGateway gateway = new CalledGateway();

  @Test
  void addRegistersOneThatIsNewAndSaysWhatIsLeftToDo() {
    gateway.then(200, FUND).then(200, FUND);

    Run run = gateway.run("custodian", "add", "fund", "--limit", "burst=7", "--mu", "false");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("added  fund")
        .contains("topics program with --custodian fund", "/OU=custodian/CN=fund");
    var put = gateway.stub().requests().getFirst();
    assertThat(put).hasToString("PUT /v1/operator/custodians/fund");
    assertThat(put.header("If-none-match")).isEqualTo("*");
    assertThat(json(put.body())).isEqualTo(json("{\"limits\":{\"burst\":7},\"mu\":false}"));
  }

  @Test
  void addOfOneThatIsThereCompletesWhatIsMissingAndChangesNothing() {
    gateway.then(412, EXISTS).then(200, FUND);

    Run run = gateway.run("custodian", "add", "fund", "--limit", "burst=9");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("already registered  fund");
    assertThat(run.err()).contains("custodian limit fund");
  }

  @Test
  void aDisabledOneGetsNoRightsByBeingAddedAgain() {
    gateway.then(412, EXISTS).then(200, FUND.replace("ENABLED", "DISABLED"));

    assertThat(gateway.run("custodian", "add", "fund").out()).contains("custodian enable");
  }

  @Test
  void limitChangesWhatIsGivenAndNothingElse() {
    gateway.then(200, FUND);

    Run run =
        gateway.run(
            "custodian",
            "limit",
            "fund",
            "--limit=burst=default",
            "--limit=bulk_max=5",
            "--alg=ML-DSA-44",
            "--alg=ML-DSA-65",
            "--mu=default",
            "--context=false",
            "--pin=default");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(gateway.asked()).hasToString("PATCH /v1/operator/custodians/fund");
    assertThat(gateway.askedBody())
        .isEqualTo(
            json(
                "{\"limits\":{\"burst\":null,\"bulk_max\":5},\"algorithms\":[\"ML-DSA-44\","
                    + "\"ML-DSA-65\"],\"mu\":null,\"context\":false,\"pins\":null}"));
  }

  @Test
  void limitWithoutALimitIsAMistake() {
    assertThat(gateway.run("custodian", "limit", "fund").exit()).isEqualTo(2);
  }

  @Test
  void disableSaysThatRightsAtTheBrokersAreStillThere() {
    gateway.then(200, FUND);

    Run run = gateway.run("custodian", "disable", "fund");

    assertThat(gateway.askedBody()).isEqualTo(json("{\"state\":\"DISABLED\"}"));
    assertThat(run.out()).contains("rights at the brokers are still there");
  }

  @Test
  void enableAsksForThat() {
    gateway.then(200, FUND);

    gateway.run("custodian", "enable", "fund");

    assertThat(gateway.askedBody()).isEqualTo(json("{\"state\":\"ENABLED\"}"));
  }

  @Test
  void removeMayBeRepeated() {
    gateway.then(
        404, "{\"code\":\"unknown_custodian\",\"retry\":\"same_request_id\",\"detail\":\"none\"}");

    Run run = gateway.run("custodian", "remove", "fund");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(gateway.asked()).hasToString("DELETE /v1/operator/custodians/fund");
  }

  @Test
  void listShowsWhatWasAgreedInALineForEach() {
    gateway.then(200, "{\"custodians\":[" + FUND + "]}");

    assertThat(gateway.run("custodian", "list").out().lines().toList())
        .containsExactly("custodians  1", "  ENABLED   fund  limits {\"burst\":7}");
  }

  @Test
  void showSaysWhoChangedItLast() {
    gateway.then(200, FUND);

    assertThat(gateway.run("custodian", "show", "fund").out()).contains("changed_by   alice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "Fund", "a/b"})
  void aNameThatNobodyMayHaveIsNotAsked(String name) {
    assertThat(gateway.run("custodian", "add", name).exit()).isEqualTo(2);
    assertThat(gateway.stub().requests()).isEmpty();
  }

  private static JsonNode json(String text) {
    return Json.parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
