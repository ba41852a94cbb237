package pqsigner.cli.operator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import pqsigner.cli.GatewayConnection;
import pqsigner.cli.Output;
import pqsigner.client.Json;
import pqsigner.client.http.HttpSigner;
import tools.jackson.databind.JsonNode;

/// Lists failed jobs, newest first as the gateway orders them, or commands that are no jobs.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "List failed jobs, a page at a time.")
public final class JobsListCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private GatewayConnection connection;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private Output output;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private JobFilter filter;

  @Option(
      names = "--cursor",
      paramLabel = "CURSOR",
      description = "Where the page before ended, as it said.")
  private @Nullable String cursor;

  @Option(
      names = "--undecodable",
      description = "List dead-lettered records that cannot be read as jobs instead.")
  private boolean undecodable;

  @Override
  public Integer call() {
    try (HttpSigner signer = connection.http()) {
      if (undecodable) {
        show(signer.get(OperatorApi.UNDECODABLE).orFail(), "undecodable", "records");
      } else {
        show(signer.get(OperatorApi.JOBS + filter.query(cursor)).orFail(), "failed jobs", "jobs");
      }
      return 0;
    }
  }

  private void show(JsonNode answer, String verdict, String member) {
    Instant now = Instant.now();
    List<String> lines = new ArrayList<>();
    answer
        .path(member)
        .valueStream()
        .forEach(each -> lines.add(undecodable ? record(each, now) : job(each, now)));
    int count = lines.size();
    String next = Json.text(answer, "next_cursor");
    if (!next.isEmpty()) {
      lines.add("more: --cursor " + next);
    }
    output.show(answer, verdict, String.valueOf(count), lines.toArray(String[]::new));
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
