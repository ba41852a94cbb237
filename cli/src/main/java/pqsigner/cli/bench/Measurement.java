package pqsigner.cli.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import pqsigner.client.Json;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;

/// What a load saw. Requests that were due while it warmed up are not in it.
final class Measurement {
  /// Signatures kept to be verified after the run.
  private static final int SAMPLE_MAX = 500;

  private static final long LATENCY_MAX_MICROS = Duration.ofMinutes(5).toNanos() / 1000;

  /// A signature to verify.
  record Sample(SignerRequest request, byte[] signature) {}

  private final long measuredFrom;
  private final Histogram latencyMicros = new Histogram(LATENCY_MAX_MICROS, 3);
  private final Map<String, Long> outcomes = new TreeMap<>();
  private final List<Sample> samples = new ArrayList<>();
  private long lastEnd;
  private long shed;
  private long unanswered;

  Measurement(Duration warmUp, long startNanos) {
    this.measuredFrom = startNanos + warmUp.toNanos();
    this.lastEnd = measuredFrom;
  }

  synchronized void record(
      long dueNanos, long endNanos, SignerRequest request, SignerResult outcome) {
    if (dueNanos - measuredFrom < 0) {
      return;
    }
    lastEnd = Math.max(lastEnd, endNanos);
    outcomes.merge(name(outcome), 1L, Long::sum);
    if (outcome instanceof SignerResult.Done(var body)) {
      latencyMicros.recordValue(Math.clamp((endNanos - dueNanos) / 1000, 1, LATENCY_MAX_MICROS));
      if (samples.size() < SAMPLE_MAX) {
        samples.add(new Sample(request, Json.base64(body, "signature")));
      }
    }
  }

  synchronized void shed(long dueNanos) {
    if (dueNanos - measuredFrom >= 0) {
      shed++;
    }
  }

  synchronized void unanswered(long count) {
    unanswered = count;
  }

  private static String name(SignerResult outcome) {
    return switch (outcome) {
      case SignerResult.Done _ -> "done";
      case SignerResult.Pending _ -> "pending";
      case SignerResult.Refused(_, var code, _) -> code;
      case SignerResult.Failed(_, var code, _) -> code;
    };
  }

  synchronized Map<String, Long> outcomes() {
    return Map.copyOf(outcomes);
  }

  synchronized List<Sample> samples() {
    return List.copyOf(samples);
  }

  synchronized long shed() {
    return shed;
  }

  synchronized long unanswered() {
    return unanswered;
  }

  /// Signatures per second, from the end of the warm-up to the last answer.
  synchronized double throughput() {
    double seconds = (lastEnd - measuredFrom) / 1e9;
    return seconds <= 0 ? 0 : outcomes.getOrDefault("done", 0L) / seconds;
  }

  synchronized double latencyMillis(double percentile) {
    return latencyMicros.getTotalCount() == 0
        ? 0
        : latencyMicros.getValueAtPercentile(percentile) / 1000.0;
  }
}
