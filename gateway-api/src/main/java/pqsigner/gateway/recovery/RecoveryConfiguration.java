package pqsigner.gateway.recovery;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import pqsigner.gateway.fairness.InFlight;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.ledger.Backlog;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.queue.JobQueue;
import pqsigner.gateway.results.Release;

/// Wires the sweeper.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RecoverySettings.class)
public class RecoveryConfiguration {

  @Bean
  Sweep sweep(
      RequestLedger ledger,
      KeyRegistry keys,
      JobQueue queue,
      Release release,
      InFlight inFlight,
      InstantSource clock) {
    return new Sweep(
        new Sweep.Parts(ledger, keys, queue, release::release, inFlight),
        clock,
        RandomGenerator.getDefault());
  }

  @Bean
  Sweeper sweeper(
      Sweep sweep, RecoverySettings settings, InstantSource clock, MeterRegistry registry) {
    return new Sweeper(sweep, settings, clock, RandomGenerator.getDefault(), registry);
  }

  @Bean
  Backlog backlog(Sweeper sweeper) {
    return sweeper::oldestAge;
  }
}
