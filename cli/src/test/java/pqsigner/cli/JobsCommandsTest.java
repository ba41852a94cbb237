package pqsigner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pqsigner.cli.Terminal.Run;
import pqsigner.client.Json;

/// An operator's commands: what they ask the gateway, and what they make of its answers.
final class JobsCommandsTest {
  @RegisterExtension private final CalledGateway gateway = new CalledGateway();

  @Test
  void listShowsEachFailedJobInALine() {
    String failedAt = Instant.now().minus(Duration.ofMinutes(150)).toString();
    gateway.then(
        200,
        """
        {"jobs":[{"custodian":"custodian-a","request_id":"r","code":"kms_unavailable",
         "failed_at":"%s","user_id":"alice","attempts":3}]}"""
            .formatted(failedAt));

    Run run = gateway.run("jobs", "list");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out().lines().toList()).hasSize(2).first().isEqualTo("failed jobs  1");
    assertThat(run.out())
        .containsPattern("kms_unavailable +2h30m  custodian-a/r  user_id alice  attempts 3");
    assertThat(gateway.asked()).hasToString("GET /v1/operator/jobs");
  }

  @Test
  void listAsksForExactlyWhatIsGiven() {
    gateway.then(200, "{\"jobs\":[]}");

    gateway.run(
        "jobs",
        "list",
        "--custodian",
        "custodian-a",
        "--code",
        "kms_denied",
        "--since",
        "2026-01-02T03:04:05Z",
        "--until",
        "2026-01-03T00:00:00+01:00",
        "--limit",
        "7",
        "--cursor",
        "a/b=");

    assertThat(gateway.asked())
        .hasToString(
            "GET /v1/operator/jobs?custodian=custodian-a&code=kms_denied"
                + "&since=2026-01-02T03%3A04%3A05Z&until=2026-01-03T00%3A00%3A00%2B01%3A00"
                + "&limit=7&cursor=a%2Fb%3D");
  }

  @Test
  void aPageSaysHowToGoOn() {
    gateway.then(200, "{\"jobs\":[],\"next_cursor\":\"abc\"}");

    assertThat(gateway.run("jobs", "list").out().lines())
        .containsExactly("failed jobs  0", "more: --cursor abc");
  }

  @Test
  void recordsThatAreNoJobsAreNamedAsShowTakesThem() {
    gateway.then(
        200,
        """
        {"records":[{"code":"malformed_request","topic":"pq-signer.commands.custodian-a",
         "partition":3,"offset":42}]}""");

    assertThat(gateway.run("jobs", "list", "--undecodable").out())
        .startsWith("undecodable  1")
        .contains("--topic pq-signer.commands.custodian-a --partition 3 --offset 42");
    assertThat(gateway.asked()).hasToString("GET /v1/operator/undecodable");
  }

  @Test
  void whoIsNoOperatorIsToldSo() {
    gateway.then(403, "{\"code\":\"forbidden\",\"retry\":\"never\"}");

    Run run = gateway.run("jobs", "list", "--json");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(Json.line(run.json()))
        .contains("\"code\":\"forbidden\"", "The certificate does not allow this");
  }

  @Test
  void showPrintsAllThatIsKnown() {
    gateway.then(200, "{\"state\":\"FAILED\",\"attempts\":3,\"replay_trail\":[{\"by\":\"o\"}]}");

    Run run = gateway.run("jobs", "show", "custodian-a", "r/1");

    assertThat(run.exit()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "FAILED  custodian-a/r/1",
            "  state            FAILED",
            "  attempts         3",
            "  replay_trail     [{\"by\":\"o\"}]");
    assertThat(gateway.asked()).hasToString("GET /v1/operator/jobs/custodian-a/r%2F1");
  }

  @Test
  void showFindsARecordByItsPlace() {
    gateway.then(200, "{\"bytes\":5}");

    Run run = gateway.run("jobs", "show", "--topic", "t", "--partition", "3", "--offset", "42");

    assertThat(run.out()).startsWith("undecodable").contains("bytes            5");
    assertThat(gateway.asked()).hasToString("GET /v1/operator/undecodable/t/3/42");
  }

  @ParameterizedTest
  @CsvSource({
    "jobs show custodian-a",
    "jobs show custodian-a r --topic t",
    "jobs show --topic t --offset 1",
    "jobs show --topic t --partition x --offset 1",
    "jobs show custodian-a r s",
    "jobs list --limit many",
    "jobs replay --execute",
    "jobs replay r --all",
    "jobs replay --all --since 2026-01-02T03:04:05Z"
  })
  void misuseIsToldBeforeAnythingIsAsked(String line) {
    Run run = gateway.run(line.split(" "));

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).isNotBlank();
    assertThat(gateway.stub().requests()).isEmpty();
  }

  @Test
  void replayIsADryRunUnlessToldOtherwise() {
    gateway.then(200, replayed("would_replay", "past_deadline"));

    Run run = gateway.run("jobs", "replay", "--custodian", "custodian-a", "r", "s");

    assertThat(run.exit()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "dry run  1 of 2 jobs would be replayed (--execute)",
            "  would_replay    custodian-a/r0  kms_unavailable",
            "  past_deadline   custodian-a/r1  kms_unavailable");
    assertThat(gateway.asked()).hasToString("POST /v1/operator/jobs/replay");
    assertThat(Json.line(gateway.askedBody()))
        .isEqualTo(
            "{\"custodian\":\"custodian-a\",\"request_ids\":[\"r\",\"s\"],\"execute\":false}");
  }

  @Test
  void executeReplaysWhatTheFilterMatches() {
    gateway.then(200, replayed("replayed"));

    Run run =
        gateway.run(
            "jobs",
            "replay",
            "--code",
            "kms_unavailable",
            "--limit",
            "9",
            "--extend-deadline",
            "2030-01-01T00:00:00Z",
            "--execute");

    assertThat(run.exit()).isZero();
    assertThat(run.out()).startsWith("replayed  1 of 1 jobs");
    assertThat(Json.line(gateway.askedBody()))
        .isEqualTo(
            "{\"code\":\"kms_unavailable\",\"limit\":9,\"execute\":true,"
                + "\"extend_deadline\":\"2030-01-01T00:00:00Z\"}");
  }

  @Test
  void allIsAFilterThatMatchesEverything() {
    gateway.then(200, replayed("replayed"));

    assertThat(gateway.run("jobs", "replay", "--all", "--execute").exit()).isZero();
    assertThat(Json.line(gateway.askedBody())).isEqualTo("{\"execute\":true}");
  }

  @Test
  void aReplayOfNothingEndsWithOneAndTheReason() {
    gateway.then(200, replayed("replay_limit")).then(200, replayed("replay_limit"));

    Run person = gateway.run("jobs", "replay", "--all", "--execute");
    assertThat(person.exit()).isEqualTo(1);
    assertThat(person.err().lines())
        .containsExactly("replay_limit", "  none of 1 jobs can be replayed: replay_limit");

    Run script = gateway.run("jobs", "replay", "--all", "--execute", "--json");
    assertThat(script.exit()).isEqualTo(1);
    assertThat(script.json().at("/jobs/0/action").asString()).isEqualTo("replay_limit");
  }

  @Test
  void aGatewayThatRefusesToReplayIsQuoted() {
    gateway.then(400, "{\"code\":\"malformed_request\",\"detail\":\"extend_deadline is past\"}");

    Run run = gateway.run("jobs", "replay", "r", "--custodian", "a", "--execute");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err().lines()).containsExactly("malformed_request", "  extend_deadline is past");
  }

  private static String replayed(String... actions) {
    var body = Json.object();
    var jobs = body.putArray("jobs");
    for (String action : actions) {
      jobs.addObject()
          .put("action", action)
          .put("custodian", "custodian-a")
          .put("request_id", "r" + (jobs.size() - 1))
          .put("code", "kms_unavailable");
    }
    return new String(Json.bytes(body), UTF_8);
  }
}
