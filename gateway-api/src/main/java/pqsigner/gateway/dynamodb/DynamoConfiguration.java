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
    LedgerCallMetrics metrics = new LedgerCallMetrics(registry);
    if (settings.createTables()) {
      try (DynamoDbClient patient = DynamoClients.create(settings.patient(), metrics)) {
        DynamoTables.create(patient, settings.tables());
      }
    }
    return DynamoClients.create(settings, metrics);
  }
}
