package pqsigner.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;

final class LoadTest {
  private static final SignerResult REFUSED = new SignerResult.Refused(429, "rate_limited", "");

  @Test
  void aClosedLoopKeepsExactlyItsConcurrencyInFlight() throws Exception {
    var inFlight = new AtomicInteger();
    var most = new AtomicInteger();
    try (var ingress =
        new Delayed(
            () -> most.accumulateAndGet(inFlight.incrementAndGet(), Math::max),
            inFlight::decrementAndGet)) {
      Measurement measurement = load(new LoadPlan(Duration.ZERO, millis(300), 5, 0), ingress);

      assertThat(most).hasValue(5);
      assertThat(measurement.outcomes().get("rate_limited")).isPositive();
      assertThat(measurement.unanswered()).isZero();
    }
  }

  @Test
  void anOpenLoopStartsWhatIsDueHoweverSlowTheAnswersAre() throws Exception {
    var started = new AtomicInteger();
    try (var ingress = new Delayed(started::incrementAndGet, () -> {})) {
      var plan = new LoadPlan(Duration.ZERO, millis(500), 1, 400);
      Measurement measurement = load(plan, ingress);

      assertThat(started).hasValue(200);
      assertThat(measurement.outcomes()).containsEntry("rate_limited", 200L);
      assertThat(measurement.shed()).isZero();
    }
  }

  @Test
  void whatIsDueDuringTheWarmUpIsNotMeasured() throws Exception {
    var started = new AtomicInteger();
    try (var ingress = new Delayed(started::incrementAndGet, () -> {})) {
      var plan = new LoadPlan(millis(250), millis(250), 1, 400);
      long measured = load(plan, ingress).outcomes().getOrDefault("rate_limited", 0L);

      assertThat(started).hasValue(200);
      assertThat(measured).isBetween(99L, 101L);
    }
  }

  @Test
  void aPlanIsBounded() {
    assertThatThrownBy(() -> new LoadPlan(Duration.ZERO, Duration.ZERO, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new LoadPlan(Duration.ZERO, Duration.ZERO, LoadPlan.OPEN_LOOP_IN_FLIGHT_MAX + 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LoadPlan(Duration.ZERO, Duration.ZERO, 1, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Measurement load(LoadPlan plan, Ingress ingress) throws InterruptedException {
    return new Load(plan, ingress, () -> SignerRequest.sign("u", new byte[1])).run();
  }

  private static Duration millis(long n) {
    return Duration.ofMillis(n);
  }

  /// Answers each request from another thread after it saw that it started.
  private static final class Delayed implements Ingress {
    private final ExecutorService answers = Executors.newVirtualThreadPerTaskExecutor();
    private final Runnable onStart;
    private final Runnable onEnd;

    Delayed(Runnable onStart, Runnable onEnd) {
      this.onStart = onStart;
      this.onEnd = onEnd;
    }

    @Override
    public void fire(SignerRequest request, Consumer<SignerResult> done) {
      onStart.run();
      answers.execute(
          () -> {
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
            onEnd.run();
            done.accept(REFUSED);
          });
    }

    @Override
    public void close() {
      answers.close();
    }
  }
}
