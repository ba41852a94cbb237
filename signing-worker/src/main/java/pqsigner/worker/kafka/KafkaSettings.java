package pqsigner.worker.kafka;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;
import pqsigner.events.wire.RegistryAccess;

/// What the worker adds to `spring.kafka`.
///
/// @param topicPrefix first part of every topic name; must be the gateway's. If wrong: the topics
///   are missing or forbidden, and nothing is consumed
/// @param valueSerializer class that writes replies: any Kafka `Serializer` for Avro specific
///   records with Confluent's configuration keys. If wrong: the worker does not start, or gateways
///   divert its replies as `malformed_request`
/// @param valueDeserializer class that reads jobs, likewise; must be safe for use by many threads.
///   If wrong: the worker does not start, or jobs end as dead letters
/// @param serde configuration of both, verbatim: `schema.registry.url` and its kin; values may be
///   secret and are not printed. If wrong: a registry that cannot be reached stops consumption;
///   another one makes jobs undecodable, which dead-letters them
/// @param registryPlaintextAllowed lets the registry be asked over http, or without credentials, on
///   another machine; on loopback that is always allowed. If wrong: true lets whoever is on the way
///   answer for the registry and stop consumption; false and the worker does not start where only
///   http is to be had
@Validated
@ConfigurationProperties(prefix = "pq-signer.kafka", ignoreUnknownFields = false)
public record KafkaSettings(
    @DefaultValue("pq-signer.") @NotNull String topicPrefix,
    @DefaultValue("pqsigner.events.wire.ConfluentAvroSerializer") @NotBlank String valueSerializer,
    @DefaultValue("pqsigner.events.wire.ConfluentAvroDeserializer") @NotBlank
        String valueDeserializer,
    @DefaultValue Map<String, String> serde,
    @DefaultValue("false") boolean registryPlaintextAllowed) {

  /// Names only: a registry's password is among the values.
  @Override
  public String toString() {
    return "KafkaSettings[topicPrefix="
        + topicPrefix
        + ", serde="
        + new TreeSet<>(serde.keySet())
        + "]";
  }

  @AssertTrue(
      message =
          "serde.schema.registry.url must be https with credentials, except on loopback;"
              + " registry-plaintext-allowed overrides this")
  boolean isRegistryProtected() {
    return registryPlaintextAllowed || RegistryAccess.complaint(serde).isEmpty();
  }

  /// Schemas are registered by an administrator, and jobs are specific records: no setting changes
  /// that.
  public Map<String, Object> serdeConfiguration() {
    Map<String, Object> configuration = new HashMap<>(serde);
    configuration.put("auto.register.schemas", "false");
    configuration.put("specific.avro.reader", "true");
    return configuration;
  }
}
