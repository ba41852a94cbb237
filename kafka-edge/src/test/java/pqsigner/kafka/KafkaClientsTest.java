package pqsigner.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.util.unit.DataSize;

/// What a cluster needs of its clients is passed by configuration alone.
class KafkaClientsTest {
  private final KafkaProperties spring = new KafkaProperties();
  private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();
  private final KafkaClients clients = new KafkaClients(spring, bundles, new SimpleMeterRegistry());

  private DefaultKafkaConsumerFactory<byte[], byte[]> consumers() {
    return clients.consumers("worker", 128, DataSize.ofMegabytes(8));
  }

  @Test
  void withMutualTlsEveryClientShowsTheOneCertificate() {
    SslBundle worker = SslBundle.of(SslStoreBundle.NONE);
    bundles.registerBundle("worker", worker);
    spring.getSecurity().setProtocol("SSL");
    spring.getSsl().setBundle("worker");

    assertThat(consumers().getConfigurationProperties())
        .containsEntry("security.protocol", "SSL")
        .containsEntry(SslBundle.class.getName(), worker);
    assertThat(clients.producers("worker").getConfigurationProperties())
        .containsEntry("security.protocol", "SSL")
        .containsEntry(SslBundle.class.getName(), worker);
  }

  @Test
  void otherClientPropertiesReachEveryClient() {
    spring.getSecurity().setProtocol("SASL_SSL");
    spring.getProperties().put("sasl.mechanism", "SCRAM-SHA-512");
    spring.getProperties().put("sasl.jaas.config", "the worker's");

    assertThat(consumers().getConfigurationProperties())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
        .containsEntry("sasl.jaas.config", "the worker's");
    assertThat(clients.producers("worker").getConfigurationProperties())
        .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
        .containsEntry("sasl.jaas.config", "the worker's");
  }

  @Test
  void whatAServiceDecidesItselfCannotBeConfiguredAway() {
    spring.getProperties().put("max.block.ms", "1");
    spring.getProperties().put("metadata.max.age.ms", "1");

    assertThat(
            clients.producers("gateway", Map.of("max.block.ms", 3000)).getConfigurationProperties())
        .containsEntry("max.block.ms", 3000);
    assertThat(
            clients
                .consumers(
                    "gateway", 128, DataSize.ofMegabytes(8), Map.of("metadata.max.age.ms", 15_000))
                .getConfigurationProperties())
        .containsEntry("metadata.max.age.ms", 15_000);
  }

  @Test
  void whatCorrectnessRestsOnCannotBeConfiguredAway() {
    spring.getProperties().put("acks", "0");
    spring.getProperties().put("enable.idempotence", "false");
    spring.getProperties().put("enable.auto.commit", "true");

    assertThat(clients.producers("worker").getConfigurationProperties())
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true);
    assertThat(consumers().getConfigurationProperties()).containsEntry("enable.auto.commit", false);
  }
}
