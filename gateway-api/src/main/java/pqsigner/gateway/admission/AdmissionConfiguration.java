package pqsigner.gateway.admission;

import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import pqsigner.gateway.custodian.CustodianRules;
import pqsigner.gateway.custodian.Custodians;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.ledger.ReplayLimit;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.queue.BackToWork;
import pqsigner.gateway.queue.JobQueue;

/// Wires the use case to the stores.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AdmissionSettings.class)
public class AdmissionConfiguration {

  @Bean
  MintedIds mintedIds(InstantSource clock) {
    return new MintedIds(clock, new SecureRandom());
  }

  @Bean
  CustodianRules custodianRules(Custodians custodians, AdmissionSettings settings) {
    return new CustodianRules(custodians, settings.externalMu());
  }

  @Bean
  Repetition repetition(BackToWork backToWork, ReplayLimit limit, InstantSource clock) {
    return new Repetition(backToWork, limit, clock);
  }

  @Bean
  AdmitRequest admitRequest(
      RequestLedger ledger,
      KeyRegistry keys,
      JobQueue queue,
      Repetition repetition,
      MintedIds ids,
      InstantSource clock,
      MeterRegistry registry,
      CustodianRules rules,
      AdmissionSettings settings) {
    return new AdmitRequest(
        ledger,
        keys,
        queue,
        repetition,
        ids,
        clock,
        new AdmissionMetrics(registry),
        rules,
        settings);
  }
}
