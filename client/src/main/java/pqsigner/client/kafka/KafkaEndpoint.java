package pqsigner.client.kafka;

import java.util.HashMap;
import java.util.Map;
import pqsigner.client.Environment;
import pqsigner.client.PemIdentity;
import pqsigner.events.Topics;
import pqsigner.events.wire.ConfluentAvroDeserializer;
import pqsigner.events.wire.ConfluentAvroSerializer;

/// Where a custodian's topics are.
///
/// @param bootstrap host:port, comma separated
/// @param registry URL of the schema registry
public record KafkaEndpoint(String bootstrap, String registry, Topics topics, String custodian) {

  /// What `PQ_SIGNER_KAFKA`, `PQ_SIGNER_REGISTRY` and `PQ_SIGNER_CUSTODIAN` say, with the default
  /// topic prefix.
  ///
  /// @throws IllegalArgumentException when one of them is not set
  public static KafkaEndpoint ofEnvironment() {
    return new KafkaEndpoint(
        Environment.of("PQ_SIGNER_KAFKA"),
        Environment.of("PQ_SIGNER_REGISTRY"),
        new Topics(Topics.DEFAULT_PREFIX),
        Environment.of("PQ_SIGNER_CUSTODIAN"));
  }

  /// For any Kafka client that shows this certificate, commits nothing, and reports nothing about
  /// itself to the broker.
  public Map<String, Object> clientSettings(PemIdentity caller) {
    Map<String, Object> settings = new HashMap<>(caller.kafkaSettings());
    settings.put("bootstrap.servers", bootstrap);
    settings.put("enable.auto.commit", false);
    settings.put("enable.metrics.push", false);
    return settings;
  }

  /// Registers no schema: those that may be written are there.
  public ConfluentAvroSerializer encoder() {
    ConfluentAvroSerializer encoder = new ConfluentAvroSerializer();
    encoder.configure(
        Map.of("schema.registry.url", registry, "auto.register.schemas", false), false);
    return encoder;
  }

  public ConfluentAvroDeserializer decoder() {
    ConfluentAvroDeserializer decoder = new ConfluentAvroDeserializer();
    decoder.configure(Map.of("schema.registry.url", registry), false);
    return decoder;
  }
}
