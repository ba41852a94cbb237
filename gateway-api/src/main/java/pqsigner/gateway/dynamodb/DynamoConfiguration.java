package pqsigner.gateway.dynamodb;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import pqsigner.gateway.keys.CachedKeyRegistry;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.keys.dynamodb.DynamoKeyRegistry;
import pqsigner.gateway.ledger.LedgerPolicy;
import pqsigner.gateway.ledger.LedgerSettings;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.ledger.dynamodb.DynamoRequestLedger;
import pqsigner.gateway.recovery.RecoverySettings;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// Wires both stores onto one client.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  DynamoProperties.class,
  LedgerSettings.class,
  RecoverySettings.class
})
public class DynamoConfiguration {

  @Bean
  DynamoDbClient dynamoDbClient(DynamoProperties properties, MeterRegistry registry) {
    DynamoDbClient client =
        DynamoClients.create(properties.settings(), new LedgerCallMetrics(registry));
    if (properties.createTables()) {
      DynamoTables.create(client, properties.tables());
    }
    return client;
  }

  @Bean
  LedgerPolicy ledgerPolicy(LedgerSettings retention, RecoverySettings recovery) {
    return new LedgerPolicy(
        recovery.requeueAfter(),
        recovery.requeueMax(),
        retention.resultRetention(),
        retention.digestRetention());
  }

  @Bean
  RequestLedger requestLedger(
      DynamoDbClient client,
      DynamoProperties properties,
      LedgerPolicy policy,
      InstantSource clock) {
    DynamoKeyRegistry registry = new DynamoKeyRegistry(client, properties.keysTable());
    return new DynamoRequestLedger(
        client, properties.requestsTable(), policy, clock, registry::put);
  }

  @Bean
  KeyRegistry keyRegistry(
      DynamoDbClient client,
      DynamoProperties properties,
      InstantSource clock,
      MeterRegistry registry) {
    CachedKeyRegistry keys =
        new CachedKeyRegistry(
            new DynamoKeyRegistry(client, properties.keysTable()),
            clock,
            properties.keysCached(),
            properties.currentKeyFor());
    Gauge.builder("pq.signer.keys.cached", keys, CachedKeyRegistry::size)
        .description("Keys remembered, by version and as the newest of their user")
        .register(registry);
    Gauge.builder("pq.signer.keys.cached.max", () -> 2 * properties.keysCached())
        .description("How many can be")
        .register(registry);
    return keys;
  }
}
