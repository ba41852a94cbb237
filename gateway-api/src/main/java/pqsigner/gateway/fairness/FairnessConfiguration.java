package pqsigner.gateway.fairness;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Map;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import pqsigner.gateway.custodian.Custodians;

/// Wires the bounds that hold for each custodian.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FairnessSettings.class)
public class FairnessConfiguration {

  @Bean
  AgreedLimits agreedLimits(FairnessSettings settings, Custodians custodians) {
    return new AgreedLimits(
        settings,
        name ->
            custodians
                .lastKnown(name)
                .map(custodian -> custodian.terms().limits())
                .orElse(Map.of()));
  }

  @Bean
  CustodianRateLimit custodianRateLimit(AgreedLimits limits) {
    return new CustodianRateLimit(limits::of, System::nanoTime);
  }

  @Bean
  InFlight inFlight(AgreedLimits limits, InstantSource clock, MeterRegistry registry) {
    return new InFlight(limits::of, clock, registry);
  }
}
