package pqsigner.gateway.keys.dynamodb;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import pqsigner.gateway.dynamodb.DynamoSettings;
import pqsigner.gateway.keys.CachedKeyRegistry;
import pqsigner.gateway.keys.KeyRegistry;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// Wires the keys onto their table, behind a cache.
@Configuration(proxyBeanMethods = false)
public class DynamoKeysConfiguration {

  @Bean
  DynamoKeyRegistry storedKeys(DynamoDbClient client, DynamoSettings settings) {
    return new DynamoKeyRegistry(client, settings.keysTable(), settings.keyStatesTable());
  }

  @Bean
  @Primary
  KeyRegistry keyRegistry(
      DynamoKeyRegistry stored,
      DynamoSettings settings,
      InstantSource clock,
      MeterRegistry registry) {
    CachedKeyRegistry keys =
        new CachedKeyRegistry(stored, clock, settings.keysCached(), settings.keyTrustedFor());
    Gauge.builder("pq.signer.gateway.keys.cached", keys, CachedKeyRegistry::size)
        .description("Cached keys, by version and as the current one of their user")
        .register(registry);
    Gauge.builder("pq.signer.gateway.keys.cached.limit", () -> 2 * settings.keysCached())
        .description("Keys that can be cached")
        .register(registry);
    return keys;
  }
}
