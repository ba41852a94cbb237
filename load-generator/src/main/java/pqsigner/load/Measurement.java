package pqsigner.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import pqsigner.client.SignerException;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.SignerResult.Signed;

/// What a load saw. Requests that were due while it warmed up are not in it.
public final class Measurement {
  private static final long LATENCY_LIMIT_MICROS = Duration.ofMinutes(5).toNanos() / 1000;

  /// A signature to verify.
  public record Sample(SignerRequest request, byte[] signature) {}

  private final long measuredFrom;
  private final int sampleLimit;
  private final Histogram latencyMicros = new Histogram(LATENCY_LIMIT_MICROS, 3);
  private final Map<String, Long> outcomes = new TreeMap<>();
  private final List<Sample> samples = new ArrayList<>();
  private long latencyNanos;
  private long lastEnd;
  private long shed;
  private long unanswered;

  Measurement(Duration warmUp, long startNanos, int sampleLimit) {
    this.measuredFrom = startNanos + warmUp.toNanos();
    this.sampleLimit = sampleLimit;
    this.lastEnd = measuredFrom;
  }

  /// @param failure instead of a result
  synchronized void record(
      long due,
      long end,
      SignerRequest request,
      @Nullable SignerResult result,
      @Nullable Throwable failure) {
    if (due - measuredFrom < 0) {
      return;
    }
    lastEnd = Math.max(lastEnd, end);
    if (result instanceof Signed signed) {
      outcomes.merge("done", 1L, Long::sum);
      latencyNanos += end - due;
      latencyMicros.recordValue(Math.clamp((end - due) / 1000, 1, LATENCY_LIMIT_MICROS));
      if (samples.size() < sampleLimit) {
        samples.add(new Sample(request, signed.signature()));
      }
    } else {
      outcomes.merge(result == null ? code(failure) : result.code(), 1L, Long::sum);
    }
  }

  private static String code(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
    return cause instanceof SignerException known ? known.code() : "internal";
  }

  synchronized void shed(long due) {
    if (due - measuredFrom >= 0) {
      shed++;
    }
  }

  synchronized void unanswered(long count) {
    unanswered = count;
  }

  /// Requests by how they ended: `done`, or with a code.
  public synchronized Map<String, Long> outcomes() {
    return Map.copyOf(outcomes);
  }

  public synchronized long done() {
    return outcomes.getOrDefault("done", 0L);
  }

  public synchronized List<Sample> samples() {
    return List.copyOf(samples);
  }

  /// Requests of an open loop that were due while too many were in flight.
  public synchronized long shed() {
    return shed;
  }

  public synchronized long unanswered() {
    return unanswered;
  }

  /// From the end of the warm-up to the last answer.
  public synchronized double seconds() {
    return (lastEnd - measuredFrom) / 1e9;
  }

  /// Of all signatures together.
  public synchronized double latencySeconds() {
    return latencyNanos / 1e9;
  }

  /// Signatures per second.
  public double throughput() {
    return seconds() <= 0 ? 0 : done() / seconds();
  }

  public synchronized double latencyMillis(double percentile) {
    return latencyMicros.getTotalCount() == 0
        ? 0
        : latencyMicros.getValueAtPercentile(percentile) / 1000.0;
  }
}
