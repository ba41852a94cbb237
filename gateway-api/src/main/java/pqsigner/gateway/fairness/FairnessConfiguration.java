package pqsigner.gateway.fairness;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Wires the bounds that hold for each custodian.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FairnessSettings.class)
public class FairnessConfiguration {

  @Bean
  CustodianRateLimit custodianRateLimit(FairnessSettings settings) {
    return new CustodianRateLimit(settings::of, System::nanoTime);
  }

  @Bean
  InFlight inFlight(FairnessSettings settings, InstantSource clock, MeterRegistry registry) {
    return new InFlight(settings::of, clock, registry);
  }
}
