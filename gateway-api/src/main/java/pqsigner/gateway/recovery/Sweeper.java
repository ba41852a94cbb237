package pqsigner.gateway.recovery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Runs the sweep again and again, on one thread, until the gateway stops. A sweep that fails is
/// tried again at the next turn: there is nobody to tell but the log and the alarm. While a request
/// is old, the queues are looked at between sweeps as well.
public final class Sweeper implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);
  private static final Duration STOP_MAX = Duration.ofSeconds(10);

  private static final int LOOKS_PER_SWEEP = 4;

  private final Sweep sweep;
  private final QueueWatch queues;
  private final RecoverySettings settings;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Counter waiting;
  private final Counter requeued;
  private final Counter expired;
  private final Counter published;
  private final Counter disabled;
  private final Counter keyless;
  private final Counter failed;
  private volatile @Nullable Instant oldest;
  private @Nullable Run run;

  /// One start of the loop.
  private record Run(Thread thread, CountDownLatch stop) {}

  public Sweeper(
      Sweep sweep,
      QueueWatch queues,
      RecoverySettings settings,
      InstantSource clock,
      RandomGenerator random,
      MeterRegistry registry) {
    this.sweep = sweep;
    this.queues = queues;
    this.settings = settings;
    this.clock = clock;
    this.random = random;
    this.waiting = counter(registry, "waiting");
    this.requeued = counter(registry, "requeued");
    this.expired = counter(registry, "expired");
    this.published = counter(registry, "published");
    this.disabled = counter(registry, "disabled");
    this.keyless = counter(registry, "keyless");
    this.failed = counter(registry, "failed");
    Gauge.builder(
            "pq.signer.gateway.pending.oldest.age", this, s -> s.oldestAge().toMillis() / 1000.0)
        .description("Age of the oldest pending request at the last sweep")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder("pq.signer.gateway.queue.behind", this, s -> s.behind().toMillis() / 1000.0)
        .description("Age of the oldest job that may still be in a queue")
        .baseUnit("seconds")
        .register(registry);
  }

  /// How far behind the queues are: jobs queued this long ago may still be in them. Unlike the age
  /// of the oldest request, one that is answered wrongly again and again does not raise it.
  public Duration behind() {
    Duration oldestAge = oldestAge();
    Duration behind = Duration.between(queues.passed(), clock.instant());
    return behind.compareTo(oldestAge) < 0 ? behind : oldestAge;
  }

  /// How long the oldest pending request has waited; zero if none was pending at the last sweep.
  public Duration oldestAge() {
    Instant since = oldest;
    if (since == null) {
      return Duration.ZERO;
    }
    Duration age = Duration.between(since, clock.instant());
    return age.isNegative() ? Duration.ZERO : age;
  }

  @Override
  public synchronized void start() {
    CountDownLatch stop = new CountDownLatch(1);
    run = new Run(Thread.ofPlatform().name("sweeper").daemon().start(() -> loop(stop)), stop);
  }

  @Override
  public synchronized void stop() {
    Run ended = run;
    run = null;
    if (ended != null) {
      ended.stop().countDown();
      try {
        if (!ended.thread().join(STOP_MAX)) {
          ended.thread().interrupt();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return run != null;
  }

  private void loop(CountDownLatch stop) {
    // A look that fails takes its time, and sweeps keep deadlines: one such between two sweeps.
    boolean inSight = true;
    try {
      for (int turn = 1; !stop.await(pause().toMillis(), TimeUnit.MILLISECONDS); turn++) {
        if (inSight && oldestAge().compareTo(settings.watchAfter()) > 0) {
          inSight = queues.look();
        }
        if (turn % LOOKS_PER_SWEEP == 0) {
          sweepOnce();
          inSight = true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration pause() {
    return Duration.ofMillis(
        (long)
            (settings.interval().toMillis() * (0.8 + 0.4 * random.nextDouble()) / LOOKS_PER_SWEEP));
  }

  private void sweepOnce() {
    try {
      Sweep.Report report = sweep.run(settings);
      oldest = report.oldest().orElse(null);
      waiting.increment(report.waiting());
      requeued.increment(report.requeued());
      expired.increment(report.expired());
      published.increment(report.published());
      disabled.increment(report.disabled());
      keyless.increment(report.keyless());
      if (report.changedAnything()) {
        log.info(
            "sweep.done due={} waiting={} requeued={} expired={} published={} disabled={} keyless={}",
            report.due(),
            report.waiting(),
            report.requeued(),
            report.expired(),
            report.published(),
            report.disabled(),
            report.keyless());
      }
    } catch (RuntimeException e) {
      failed.increment();
      log.warn("sweep.failed cause={}", e.toString());
    }
  }

  private static Counter counter(MeterRegistry registry, String what) {
    return Counter.builder("pq.signer.gateway.sweeper")
        .description("What the sweeper did, in rows; failed counts sweeps")
        .tag("outcome", what)
        .register(registry);
  }
}
