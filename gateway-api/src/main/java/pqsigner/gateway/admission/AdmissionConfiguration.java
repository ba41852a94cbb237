package pqsigner.gateway.admission;

import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.queue.JobQueue;

/// Wires the use case to the stores.
@Configuration(proxyBeanMethods = false)
public class AdmissionConfiguration {

  @Bean
  MintedIds mintedIds(InstantSource clock) {
    return new MintedIds(clock, new SecureRandom());
  }

  @Bean
  AdmitRequest admitRequest(
      RequestLedger ledger,
      KeyRegistry keys,
      JobQueue queue,
      MintedIds ids,
      InstantSource clock,
      MeterRegistry registry) {
    return new AdmitRequest(
        new AdmitRequest.Stores(ledger, keys, queue), ids, clock, new AdmissionMetrics(registry));
  }
}
