package pqsigner.gateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

/// What a cluster needs of its clients is passed by configuration alone.
class KafkaConnectionTest {

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(SslAutoConfiguration.class, KafkaAutoConfiguration.class))
          .withPropertyValues("spring.kafka.bootstrap-servers=b-1.example.com:9094");

  private static Map<String, Object> producer(ApplicationContext context) {
    DefaultKafkaProducerFactory<?, ?> boot = context.getBean(DefaultKafkaProducerFactory.class);
    return AwaitedSender.config(boot.getConfigurationProperties(), Duration.ofSeconds(5));
  }

  private static Map<String, Object> consumer(ApplicationContext context) {
    DefaultKafkaConsumerFactory<?, ?> boot = context.getBean(DefaultKafkaConsumerFactory.class);
    return boot.getConfigurationProperties();
  }

  @Test
  void clientPropertiesReachProducersAndConsumers() {
    runner
        .withPropertyValues(
            "spring.kafka.security.protocol=SASL_SSL",
            "spring.kafka.properties.sasl.mechanism=SCRAM-SHA-512",
            "spring.kafka.properties.sasl.jaas.config=the gateway's")
        .run(
            context ->
                assertThat(List.of(producer(context), consumer(context)))
                    .allSatisfy(
                        client ->
                            assertThat(client)
                                .containsEntry("security.protocol", "SASL_SSL")
                                .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                                .containsEntry("sasl.jaas.config", "the gateway's")));
  }

  @Test
  void whatCorrectnessRestsOnCannotBeConfiguredAway() {
    runner
        .withPropertyValues(
            "spring.kafka.producer.acks=0", "spring.kafka.properties.enable.idempotence=false")
        .run(
            context ->
                assertThat(producer(context))
                    .containsEntry("acks", "all")
                    .containsEntry("enable.idempotence", true));
  }
}
