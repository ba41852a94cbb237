package pqsigner.gateway.replay;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import pqsigner.gateway.custodian.CustodianRules;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.ledger.ReplayLimit;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.queue.BackToWork;
import pqsigner.gateway.queue.JobQueue;
import pqsigner.gateway.results.Release;

/// Wires replay to the stores.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ReplaySettings.class)
public class ReplayConfiguration {

  @Bean
  ReplayLimit replayLimit(ReplaySettings settings) {
    return new ReplayLimit(settings.replaysMax());
  }

  @Bean
  BackToWork backToWork(
      RequestLedger ledger,
      KeyRegistry keys,
      JobQueue queue,
      Release release,
      CustodianRules rules) {
    return new BackToWork(ledger, keys, queue, release::tell, rules);
  }

  @Bean
  ReplayJobs replayJobs(
      RequestLedger ledger,
      BackToWork backToWork,
      Release release,
      ReplaySettings settings,
      InstantSource clock,
      MeterRegistry registry) {
    return new ReplayJobs(ledger, backToWork, release::release, settings, clock, registry);
  }
}
