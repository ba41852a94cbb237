package pqsigner.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.kafka.autoconfigure.SslBundleSslEngineFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.MicrometerConsumerListener;
import org.springframework.kafka.core.MicrometerProducerListener;
import org.springframework.util.unit.DataSize;

/// Kafka clients by `spring.kafka`, with what correctness needs on top: bytes in and out, every
/// send acknowledged by all replicas, offsets only moved by the containers. A process has one
/// principal, and all its clients show the same certificate.
public final class KafkaClients {
  private final KafkaProperties properties;
  private final SslBundles bundles;
  private final MeterRegistry meters;

  public KafkaClients(KafkaProperties properties, SslBundles bundles, MeterRegistry meters) {
    this.properties = properties;
    this.bundles = bundles;
    this.meters = meters;
  }

  /// @param clientId for the broker's log and metrics
  public DefaultKafkaProducerFactory<byte[], byte[]> producers(String clientId) {
    return producers(clientId, Map.of());
  }

  /// @param own what the service itself decides, whatever `spring.kafka` says
  public DefaultKafkaProducerFactory<byte[], byte[]> producers(
      String clientId, Map<String, Object> own) {
    Map<String, Object> config = new HashMap<>(properties.buildProducerProperties());
    identify(config);
    config.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
    config.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    config.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
    config.putAll(own);
    DefaultKafkaProducerFactory<byte[], byte[]> factory =
        new DefaultKafkaProducerFactory<>(
            config, new ByteArraySerializer(), new ByteArraySerializer());
    factory.addListener(new MicrometerProducerListener<>(meters));
    return factory;
  }

  public DefaultKafkaConsumerFactory<byte[], byte[]> consumers(
      String clientId, int recordsLimit, DataSize fetchLimit) {
    return consumers(clientId, recordsLimit, fetchLimit, Map.of());
  }

  /// Records written before a group's first start count, hence `earliest`.
  ///
  /// @param recordsLimit of one poll
  /// @param fetchLimit of one answer of a broker
  /// @param own what the service itself decides, whatever `spring.kafka` says
  public DefaultKafkaConsumerFactory<byte[], byte[]> consumers(
      String clientId, int recordsLimit, DataSize fetchLimit, Map<String, Object> own) {
    Map<String, Object> config = new HashMap<>(properties.buildConsumerProperties());
    identify(config);
    config.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, recordsLimit);
    config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Math.toIntExact(fetchLimit.toBytes()));
    config.putIfAbsent(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.putIfAbsent(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, 120_000);
    // A killed process's partitions move after this; Kafka's default is 45 s.
    config.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    config.putAll(own);
    DefaultKafkaConsumerFactory<byte[], byte[]> factory =
        new DefaultKafkaConsumerFactory<>(
            config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    factory.addListener(new MicrometerConsumerListener<>(meters));
    return factory;
  }

  private void identify(Map<String, Object> config) {
    String bundle = properties.getSsl().getBundle();
    if (bundle != null) {
      config.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, SslBundleSslEngineFactory.class);
      config.put(SslBundle.class.getName(), bundles.getBundle(bundle));
    }
  }
}
