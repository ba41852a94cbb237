package pqsigner.gateway.custodian;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;

/// Wires the snapshot of the registry to whatever holds the registry.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CustodianSettings.class)
public class CustodianConfiguration {

  /// After the callers' authorities: a setting that is missing is said before a table is asked for.
  @Bean
  @DependsOn("callerAuthorities")
  Custodians custodians(
      CustodianRegistry registry,
      CustodianSettings settings,
      InstantSource clock,
      MeterRegistry metrics) {
    InitialCustodians.register(registry, settings.initial(), clock.instant());
    Custodians custodians = new Custodians(registry, settings.usableFor(), System::nanoTime);
    Gauge.builder("pq.signer.gateway.custodians", custodians, Custodians::size)
        .description("Registered custodians")
        .register(metrics);
    Gauge.builder("pq.signer.gateway.custodians.age", custodians, c -> c.age().toMillis() / 1000.0)
        .description("Age of what this gateway knows of the registry of custodians")
        .baseUnit("seconds")
        .register(metrics);
    return custodians;
  }

  @Bean
  CustodianRefresh custodianRefresh(Custodians custodians, CustodianSettings settings) {
    return new CustodianRefresh(custodians, settings.refresh());
  }
}
