package pqsigner.worker.config;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// What the worker adds to `spring.kafka`.
///
/// @param topicPrefix first part of every topic name, default `pq-signer.`; must be the gateway's
/// @param valueSerializer class that writes replies, default ours. Any Kafka `Serializer` for Avro
///   specific records with Confluent's configuration keys
/// @param valueDeserializer class that reads jobs, likewise
/// @param serde configuration of both, verbatim: `schema.registry.url` and its kin. A registry that
///   cannot be reached stops consumption; a wrong one makes jobs undecodable, which dead-letters
///   them
@Validated
@ConfigurationProperties(prefix = "pq-signer.kafka", ignoreUnknownFields = false)
public record KafkaSettings(
    @DefaultValue("pq-signer.") @NotNull String topicPrefix,
    @DefaultValue("pqsigner.events.wire.ConfluentAvroSerializer") @NotBlank String valueSerializer,
    @DefaultValue("pqsigner.events.wire.ConfluentAvroDeserializer") @NotBlank
        String valueDeserializer,
    @DefaultValue Map<String, String> serde) {

  /// Schemas are registered by an administrator, and jobs are specific records.
  Map<String, Object> serdeConfiguration() {
    Map<String, Object> configuration = new HashMap<>();
    configuration.put("auto.register.schemas", "false");
    configuration.put("specific.avro.reader", "true");
    configuration.putAll(serde);
    return configuration;
  }
}
