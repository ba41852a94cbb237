package pqsigner.cli.bench;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import pqsigner.client.Json;
import tools.jackson.databind.node.ObjectNode;

/// The report of a bench, for machines and for people.
final class Reports {
  private static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};
  private static final String[] NAMES = {"p50", "p90", "p99", "p99_9", "max"};

  private Reports() {}

  static ObjectNode of(LoadPlan plan, Workload workload, List<ObjectNode> runs) {
    ObjectNode report = Json.object();
    report.put("finished_at", Instant.now().toString());
    report.put("loop", plan.open() ? "open" : "closed");
    if (plan.open()) {
      report.put("rate_per_s", plan.ratePerSecond());
    } else {
      report.put("concurrency", plan.concurrency());
    }
    report.put("warm_up_s", plan.warmUp().toSeconds());
    report.put("measured_s", plan.measured().toSeconds());
    report.put("alg", workload.algorithm());
    report.put("users", workload.users());
    report.put("message_bytes", workload.messageBytes());
    report.put("client_cpus", Runtime.getRuntime().availableProcessors());
    report.put("client_java", System.getProperty("java.vm.version"));
    report.putArray("runs").addAll(runs);
    return report;
  }

  static ObjectNode run(String way, Measurement measurement, Workload workload) {
    ObjectNode run = Json.object();
    run.put("via", way);
    run.put("throughput_per_s", rounded(measurement.throughput()));
    ObjectNode latency = run.putObject("latency_ms");
    for (int i = 0; i < PERCENTILES.length; i++) {
      latency.put(NAMES[i], rounded(measurement.latencyMillis(PERCENTILES[i])));
    }
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

  static String headline(LoadPlan plan, Workload workload) {
    return "%s, %d keys %s, messages of %d bytes, %d s measured"
        .formatted(
            plan.open()
                ? "open loop at %.0f/s".formatted(plan.ratePerSecond())
                : "closed loop, " + plan.concurrency() + " in flight",
            workload.users(),
            workload.algorithm(),
            workload.messageBytes(),
            plan.measured().toSeconds());
  }

  static String[] lines(List<ObjectNode> runs) {
    List<String> lines = new ArrayList<>();
    for (ObjectNode run : runs) {
      var latency = run.path("latency_ms");
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-6s %8.1f signatures/s   ms: p50 %.1f  p90 %.1f  p99 %.1f  p99.9 %.1f  max %.1f",
              Json.text(run, "via"),
              run.path("throughput_per_s").asDouble(),
              latency.path("p50").asDouble(),
              latency.path("p90").asDouble(),
              latency.path("p99").asDouble(),
              latency.path("p99_9").asDouble(),
              latency.path("max").asDouble()));
      lines.add(
          "         outcomes "
              + Json.line(run.path("outcomes"))
              + "  shed "
              + run.path("shed").asInt()
              + "  unanswered "
              + run.path("unanswered").asInt()
              + "  verified by the JDK "
              + run.path("verified").asInt()
              + ", invalid "
              + run.path("invalid").asInt());
    }
    return lines.toArray(String[]::new);
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
