package pqsigner.gateway.testing;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for a condition, and says which one when it does not come true.
public final class Await {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration STEP = Duration.ofMillis(50);

  private Await() {}

  public static void until(String what, BooleanSupplier condition) {
    boolean _ =
        present(what, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
  }

  public static <T> T present(String what, Supplier<Optional<T>> ask) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Optional<T> answer = ask.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("waited too long until " + what);
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
  }
}
