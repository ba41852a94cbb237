package pqsigner.kafka;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;

/// How long a listener waits before it is given the same batch again: for ever more, doubling up to
/// a bound. While the circuit is open the wait stays short, because then a try costs nothing and
/// recovery must not wait for a long pause to end.
///
/// @param circuitOpen whether trying again only asks the circuit
public record DependencyBackOff(Duration min, Duration max, BooleanSupplier circuitOpen)
    implements BackOff {

  @Override
  public BackOffExecution start() {
    return new BackOffExecution() {
      private Duration next = min;

      @Override
      public long nextBackOff() {
        if (circuitOpen.getAsBoolean()) {
          return min.toMillis();
        }
        Duration now = next;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(max) > 0 ? max : doubled;
        return now.toMillis();
      }
    };
  }
}
