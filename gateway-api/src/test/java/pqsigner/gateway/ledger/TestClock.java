package pqsigner.gateway.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that moves when told.
public final class TestClock implements InstantSource {

  public static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

  private Instant now = START;

  @Override
  public synchronized Instant instant() {
    return now;
  }

  public synchronized Instant advance(Duration by) {
    now = now.plus(by);
    return now;
  }
}
