package pqsigner.gateway.dynamodb;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// Wires the client that both stores share.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DynamoSettings.class)
public class DynamoConfiguration {

  @Bean
  DynamoDbClient dynamoDbClient(DynamoSettings settings, MeterRegistry registry) {
    DynamoDbClient client = DynamoClients.create(settings, new LedgerCallMetrics(registry));
    if (settings.createTables()) {
      DynamoTables.create(client, settings.tables());
    }
    return client;
  }
}
