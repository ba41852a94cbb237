package pqsigner.gateway.custodian.http;

import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import pqsigner.gateway.custodian.CustodianChanges;
import pqsigner.gateway.custodian.CustodianRegistry;
import pqsigner.gateway.custodian.Custodians;

/// Wires the operators' way to the registry.
@Configuration(proxyBeanMethods = false)
@Import(HttpCustodianController.class)
public class HttpCustodianConfiguration {

  @Bean
  CustodianChanges custodianChanges(
      CustodianRegistry registry, Custodians custodians, InstantSource clock) {
    return new CustodianChanges(registry, custodians, clock);
  }
}
