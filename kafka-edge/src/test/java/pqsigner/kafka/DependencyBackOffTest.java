package pqsigner.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.util.backoff.BackOffExecution;

class DependencyBackOffTest {
  private final AtomicBoolean open = new AtomicBoolean();
  private final BackOffExecution waits =
      new DependencyBackOff(Duration.ofMillis(200), Duration.ofSeconds(10), open::get).start();

  @Test
  void theWaitDoublesUpToItsBoundAndNeverEnds() {
    assertThat(LongStream.generate(waits::nextBackOff).limit(8).toArray())
        .containsExactly(200, 400, 800, 1600, 3200, 6400, 10_000, 10_000);
    assertThat(LongStream.generate(waits::nextBackOff).limit(10_000).boxed())
        .containsOnly(10_000L)
        .doesNotContain(BackOffExecution.STOP);
  }

  @Test
  void anOpenCircuitIsAskedAgainSoon() {
    open.set(true);
    assertThat(LongStream.generate(waits::nextBackOff).limit(5).boxed()).containsOnly(200L);
  }
}
