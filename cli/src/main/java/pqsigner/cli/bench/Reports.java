package pqsigner.cli.bench;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import pqsigner.client.Channel;
import pqsigner.client.Json;
import pqsigner.load.LoadPlan;
import pqsigner.load.Measurement;
import pqsigner.load.Workload;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The report of a bench, for machines and for people.
final class Reports {
  private static final List<Map.Entry<String, Double>> PERCENTILES =
      List.of(
          Map.entry("p50", 50.0),
          Map.entry("p90", 90.0),
          Map.entry("p99", 99.0),
          Map.entry("p99_9", 99.9),
          Map.entry("max", 100.0));

  private Reports() {}

  /// @param report says of what the load was
  static void complete(ObjectNode report, LoadPlan plan, List<ObjectNode> runs) {
    report.put("finished_at", Instant.now().toString());
    report.put("loop", plan.open() ? "open" : "closed");
    if (plan.open()) {
      report.put("rate_per_s", plan.ratePerSecond());
    } else {
      report.put("concurrency", plan.concurrency());
    }
    report.put("warm_up_s", plan.warmUp().toSeconds());
    report.put("measured_s", plan.measured().toSeconds());
    report.put("client_cpus", Runtime.getRuntime().availableProcessors());
    report.put("client_java", System.getProperty("java.vm.version"));
    report.putArray("runs").addAll(runs);
  }

  static ObjectNode run(Channel channel, Measurement measurement, Workload workload) {
    ObjectNode run = Json.object();
    run.put("via", channel.name().toLowerCase(Locale.ROOT));
    run.put("throughput_per_s", rounded(measurement.throughput()));
    ObjectNode latency = run.putObject("latency_ms");
    PERCENTILES.forEach(
        p -> latency.put(p.getKey(), rounded(measurement.latencyMillis(p.getValue()))));
    ObjectNode outcomes = run.putObject("outcomes");
    measurement.outcomes().forEach(outcomes::put);
    run.put("shed", measurement.shed());
    run.put("unanswered", measurement.unanswered());
    long invalid =
        measurement.samples().stream().filter(sample -> !workload.verifies(sample)).count();
    run.put("verified", measurement.samples().size() - invalid);
    run.put("invalid", invalid);
    return run;
  }

  static String headline(JsonNode report) {
    String loop =
        report.has("rate_per_s")
            ? "open loop at %.0f/s".formatted(report.path("rate_per_s").asDouble())
            : "closed loop, " + Json.text(report, "concurrency") + " in flight";
    return "%s, %s %s keys, %s-byte messages, measured for %s s"
        .formatted(
            loop,
            Json.text(report, "users"),
            Json.text(report, "alg"),
            Json.text(report, "message_bytes"),
            Json.text(report, "measured_s"));
  }

  static String[] lines(List<ObjectNode> runs) {
    return runs.stream().map(Reports::line).toArray(String[]::new);
  }

  private static String line(JsonNode run) {
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "  %-6s %8.1f signatures/s   ms:",
            Json.text(run, "via"),
            run.path("throughput_per_s").asDouble()));
    run.path("latency_ms")
        .forEachEntry(
            (name, value) ->
                line.append(
                    String.format(
                        Locale.ROOT, " %s %.1f ", name.replace('_', '.'), value.asDouble())));
    return "%s outcomes %s  shed %s  unanswered %s  verified by the JDK %s, invalid %s"
        .formatted(
            line,
            Json.line(run.path("outcomes")),
            Json.text(run, "shed"),
            Json.text(run, "unanswered"),
            Json.text(run, "verified"),
            Json.text(run, "invalid"));
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
