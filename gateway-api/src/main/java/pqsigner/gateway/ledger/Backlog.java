package pqsigner.gateway.ledger;

import java.time.Duration;

/// How far behind the work is, as this instance last saw it.
@FunctionalInterface
public interface Backlog {

  /// How long the oldest pending request has waited; zero if none is pending.
  Duration oldestAge();
}
