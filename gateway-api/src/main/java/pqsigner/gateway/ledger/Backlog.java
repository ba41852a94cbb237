package pqsigner.gateway.ledger;

import java.time.Duration;

/// How far behind the work is, as this instance last saw it.
@FunctionalInterface
public interface Backlog {

  /// How long ago a request was accepted that may still wait its turn; zero if none does.
  Duration oldestAge();
}
