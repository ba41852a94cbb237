package pqsigner.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.client.Problem;
import pqsigner.client.Signer;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.events.Retry;

final class LoadTest {
  private static final SignerResult REFUSED =
      new SignerResult.Refused("r", new Problem("rate_limited", Retry.SAME_REQUEST_ID, ""));

  @Test
  void aClosedLoopKeepsExactlyItsConcurrencyInFlight() throws Exception {
    var inFlight = new AtomicInteger();
    var most = new AtomicInteger();
    try (var signer =
        new Delayed(
            () -> most.accumulateAndGet(inFlight.incrementAndGet(), Math::max),
            inFlight::decrementAndGet)) {
      Measurement measurement = load(LoadPlan.closed(5, Duration.ZERO, millis(300)), signer);

      assertThat(most).hasValue(5);
      assertThat(measurement.outcomes().get("rate_limited")).isPositive();
      assertThat(measurement.unanswered()).isZero();
    }
  }

  @Test
  void anOpenLoopStartsWhatIsDueHoweverSlowTheAnswersAre() throws Exception {
    var started = new AtomicInteger();
    try (var signer = new Delayed(started::incrementAndGet, () -> {})) {
      var plan = LoadPlan.open(400, Duration.ZERO, millis(500));
      Measurement measurement = load(plan, signer);

      assertThat(started).hasValue(200);
      assertThat(measurement.outcomes()).containsEntry("rate_limited", 200L);
      assertThat(measurement.shed()).isZero();
    }
  }

  @Test
  void whatIsDueDuringTheWarmUpIsNotMeasured() throws Exception {
    var started = new AtomicInteger();
    try (var signer = new Delayed(started::incrementAndGet, () -> {})) {
      var plan = LoadPlan.open(400, millis(250), millis(250));
      long measured = load(plan, signer).outcomes().getOrDefault("rate_limited", 0L);

      assertThat(started).hasValue(200);
      assertThat(measured).isBetween(99L, 101L);
    }
  }

  @Test
  void aNumberOfRequestsIsSentOnceEachAndAllAreMeasured() throws Exception {
    var started = new AtomicInteger();
    try (var signer = new Delayed(started::incrementAndGet, () -> {})) {
      Measurement measurement = load(LoadPlan.requests(3, 50), signer);

      assertThat(started).hasValue(50);
      assertThat(measurement.outcomes()).containsEntry("rate_limited", 50L);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, LoadPlan.IN_FLIGHT_LIMIT + 1})
  void concurrencyIsBounded(int concurrency) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LoadPlan.closed(concurrency, Duration.ZERO, Duration.ZERO));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, 1_000_001, Double.NaN})
  void aRateIsBounded(double rate) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LoadPlan.open(rate, Duration.ZERO, Duration.ZERO));
  }

  private static Measurement load(LoadPlan plan, Signer signer) throws InterruptedException {
    return new Load(plan, signer, () -> SignerRequest.sign("u", new byte[1]), 0).run();
  }

  private static Duration millis(long n) {
    return Duration.ofMillis(n);
  }

  /// Answers each request from another thread after it saw that it started.
  private static final class Delayed implements Signer {
    private final ExecutorService answers = Executors.newVirtualThreadPerTaskExecutor();
    private final Runnable onStart;
    private final Runnable onEnd;

    Delayed(Runnable onStart, Runnable onEnd) {
      this.onStart = onStart;
      this.onEnd = onEnd;
    }

    @Override
    public CompletableFuture<SignerResult> submitAsync(SignerRequest request, Duration patience) {
      onStart.run();
      return CompletableFuture.supplyAsync(
          () -> {
            LockSupport.parkNanos(2_000_000);
            onEnd.run();
            return REFUSED;
          },
          answers);
    }

    @Override
    public void close() {
      answers.close();
    }
  }
}
