package pqsigner.gateway.replay;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A minute's worth of replays, refilled as time goes by.
final class ReplayRate {

  private final InstantSource clock;
  private final int perMinute;
  private double left;
  private Instant at;

  ReplayRate(InstantSource clock, int perMinute) {
    this.clock = clock;
    this.perMinute = perMinute;
    this.left = perMinute;
    this.at = clock.instant();
  }

  synchronized boolean take() {
    Instant now = clock.instant();
    double minutes = Math.max(0, Duration.between(at, now).toMillis()) / 60_000.0;
    left = Math.min(perMinute, left + minutes * perMinute);
    at = now;
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }
}
