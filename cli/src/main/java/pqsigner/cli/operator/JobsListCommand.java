package pqsigner.cli.operator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import pqsigner.cli.GatewayCommand;
import pqsigner.client.Json;
import tools.jackson.databind.JsonNode;

/// Lists failed jobs, newest first as the gateway orders them, or records that are no jobs.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "List failed jobs, a page at a time.")
public final class JobsListCommand extends GatewayCommand {
  @Mixin private JobFilter filter;

  @Option(
      names = "--cursor",
      paramLabel = "CURSOR",
      description = "Continue where the last page ended; that page printed the cursor.")
  private @Nullable String cursor;

  @Option(
      names = "--undecodable",
      description = "List the dead-lettered records that cannot be read as jobs instead.")
  private boolean undecodable;

  @Override
  public Integer call() {
    if (undecodable) {
      show(get(OperatorApi.UNDECODABLE), "undecodable", "records");
    } else {
      show(get(OperatorApi.JOBS + filter.query(cursor)), "failed jobs", "jobs");
    }
    return 0;
  }

  private void show(JsonNode answer, String verdict, String member) {
    Instant now = Instant.now();
    List<String> lines = new ArrayList<>();
    for (JsonNode each : answer.path(member)) {
      lines.add(undecodable ? record(each, now) : job(each, now));
    }
    String count = String.valueOf(lines.size());
    String next = Json.text(answer, "next_cursor");
    if (!next.isEmpty()) {
      lines.add("more: --cursor " + next);
    }
    output.show(answer, verdict, count, lines.toArray(String[]::new));
  }

  private static String job(JsonNode job, Instant now) {
    return "  %-22s %9s  %s/%s  user_id %s  attempts %s"
        .formatted(
            Json.text(job, "code"),
            age(Json.text(job, "failed_at"), now),
            Json.text(job, "custodian"),
            Json.text(job, "request_id"),
            Json.text(job, "user_id"),
            Json.text(job, "attempts"));
  }

  private static String record(JsonNode record, Instant now) {
    return "  %-22s %9s  --topic %s --partition %s --offset %s"
        .formatted(
            Json.text(record, "code"),
            age(Json.text(record, "at"), now),
            Json.text(record, "topic"),
            Json.text(record, "partition"),
            Json.text(record, "offset"));
  }

  /// How long ago, in its two largest units.
  static String age(String since, Instant now) {
    if (since.isEmpty()) {
      return "";
    }
    Duration age = Duration.between(Instant.parse(since), now);
    if (age.toDays() > 0) {
      return age.toDays() + "d" + age.toHoursPart() + "h";
    }
    if (age.toHours() > 0) {
      return age.toHours() + "h" + age.toMinutesPart() + "m";
    }
    return Math.max(0, age.toMinutes()) + "m" + Math.max(0, age.toSecondsPart()) + "s";
  }
}
