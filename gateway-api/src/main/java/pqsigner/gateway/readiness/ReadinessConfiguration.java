package pqsigner.gateway.readiness;

import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import pqsigner.events.poll.ConsumerTrouble;
import pqsigner.gateway.custodian.Custodians;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.readiness.kafka.KafkaReadiness;

/// Wires the contributors of the readiness group, named in `application.yaml`.
@Configuration(proxyBeanMethods = false)
public class ReadinessConfiguration {

  @Bean
  HealthIndicator ledgerHealthIndicator(RequestLedger ledger) {
    return new LedgerReadiness(ledger);
  }

  @Bean
  HealthIndicator custodiansHealthIndicator(Custodians custodians) {
    return new CustodiansReadiness(custodians);
  }

  @Bean
  HealthIndicator brokerHealthIndicator(
      ConcurrentMessageListenerContainer<byte[], byte[]> replyContainer, ConsumerTrouble trouble) {
    return new KafkaReadiness(replyContainer, trouble);
  }
}
