package pqsigner.gateway.fairness;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/// So much of something that all share, of which one holder gets no more than its share: places,
/// bytes.
public final class Shares {

  private final int max;
  private final ToIntFunction<String> shareOf;
  private final Map<String, Integer> held = new HashMap<>();
  private int taken;

  /// @param shareOf what one holder may have, by its name
  public Shares(int max, ToIntFunction<String> shareOf) {
    if (max < 1) {
      throw new IllegalArgumentException("there must be something to share");
    }
    this.max = max;
    this.shareOf = shareOf;
  }

  /// Takes all of it or nothing.
  public synchronized boolean take(String holder, int amount) {
    int after = held.getOrDefault(holder, 0) + amount;
    if (after > shareOf.applyAsInt(holder) || taken + amount > max) {
      return false;
    }
    held.put(holder, after);
    taken += amount;
    return true;
  }

  public synchronized void give(String holder, int amount) {
    held.computeIfPresent(holder, (_, before) -> before == amount ? null : before - amount);
    taken -= amount;
  }

  public int max() {
    return max;
  }

  public synchronized int taken() {
    return taken;
  }

  /// What the holder has that has most.
  public synchronized int most() {
    return held.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /// Shows how much one holder has and how much one may have, unless agreed otherwise.
  public void bindTo(MeterRegistry registry, String of) {
    Gauge.builder("pq.signer.gateway.share.most", this, Shares::most)
        .description("The most that any one custodian holds of a shared resource")
        .tag("of", of)
        .register(registry);
    Gauge.builder("pq.signer.gateway.share.limit", this, all -> all.shareOf.applyAsInt(""))
        .description("What one custodian may hold of a shared resource, unless agreed otherwise")
        .tag("of", of)
        .register(registry);
  }
}
