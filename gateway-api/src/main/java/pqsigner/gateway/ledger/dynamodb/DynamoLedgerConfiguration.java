package pqsigner.gateway.ledger.dynamodb;

import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import pqsigner.gateway.dynamodb.DynamoSettings;
import pqsigner.gateway.keys.dynamodb.DynamoKeyRegistry;
import pqsigner.gateway.ledger.LedgerPolicy;
import pqsigner.gateway.ledger.LedgerSettings;
import pqsigner.gateway.ledger.RequestLedger;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// Wires the ledger onto its table. Its transactions hold the keys' puts as well.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LedgerSettings.class)
public class DynamoLedgerConfiguration {

  @Bean
  RequestLedger requestLedger(
      DynamoDbClient client,
      DynamoSettings settings,
      DynamoKeyRegistry keys,
      LedgerPolicy policy,
      InstantSource clock) {
    return new DynamoRequestLedger(client, settings.requestsTable(), policy, clock, keys::puts);
  }
}
