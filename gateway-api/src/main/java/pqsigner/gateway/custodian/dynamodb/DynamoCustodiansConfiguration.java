package pqsigner.gateway.custodian.dynamodb;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import pqsigner.gateway.custodian.CustodianRegistry;
import pqsigner.gateway.dynamodb.DynamoSettings;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// Wires the registry onto its table.
@Configuration(proxyBeanMethods = false)
public class DynamoCustodiansConfiguration {

  @Bean
  CustodianRegistry custodianRegistry(DynamoDbClient client, DynamoSettings settings) {
    return new DynamoCustodianRegistry(client, settings.custodiansTable());
  }
}
