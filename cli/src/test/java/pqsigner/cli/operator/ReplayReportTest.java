package pqsigner.cli.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pqsigner.client.Json;

final class ReplayReportTest {

  @Test
  void itCountsWhatWasReplayedAndNotWhatWasAskedFor() {
    ReplayReport report = report("replayed", "past_deadline", "replayed", "unknown");
    assertThat(report.done()).isEqualTo(2);
    assertThat(report.selected()).isEqualTo(4);
  }

  @Test
  void aDryRunCountsWhatWouldBe() {
    assertThat(report("would_replay", "finished").done()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "unknown, unknown_request",
    "finished, not_failed",
    "pending, not_failed",
    "past_deadline, past_deadline",
    "replay_limit, replay_limit",
    "rate_limited, rate_limited"
  })
  void whatWasNotDoneHasItsReason(String action, String code) {
    assertThat(report(action, action).code()).isEqualTo(code);
  }

  @Test
  void severalReasonsAreAllNamed() {
    ReplayReport report = report("unknown", "past_deadline");
    assertThat(report.code()).isEqualTo("not_replayed");
    assertThat(report.reason()).contains("unknown_request").contains("past_deadline");
  }

  @Test
  void nothingThatMatchesIsAReasonToo() {
    assertThat(report().code()).isEqualTo("no_match");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-28T11:59:17Z, 0m43s",
    "2026-11-28T09:48:00Z, 2h12m",
    "2026-11-25T11:00:00Z, 3d1h",
    "2026-11-28T12:00:05Z, 0m0s"
  })
  void anAgeIsItsTwoLargestUnits(String since, String age) {
    assertThat(JobsListCommand.age(since, Instant.parse("2026-11-28T12:00:00Z"))).isEqualTo(age);
  }

  private static ReplayReport report(String... actions) {
    String jobs =
        Arrays.stream(actions)
            .map(action -> "{\"action\":\"" + action + "\"}")
            .collect(Collectors.joining(","));
    return ReplayReport.of(Json.parse(("{\"jobs\":[" + jobs + "]}").getBytes(UTF_8)));
  }
}
