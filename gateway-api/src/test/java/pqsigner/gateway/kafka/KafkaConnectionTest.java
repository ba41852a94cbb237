package pqsigner.gateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

/// What a cluster needs of its clients is passed by configuration alone.
class KafkaConnectionTest {

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(SslAutoConfiguration.class, KafkaAutoConfiguration.class))
          .withPropertyValues("spring.kafka.bootstrap-servers=b-1.example.com:9094");

  @Test
  void clientPropertiesReachProducersAndConsumers() {
    runner
        .withPropertyValues(
            "spring.kafka.security.protocol=SASL_SSL",
            "spring.kafka.properties.sasl.mechanism=SCRAM-SHA-512",
            "spring.kafka.properties.sasl.jaas.config=the gateway's")
        .run(
            context -> {
              assertThat(
                      AwaitedSender.config(
                          context
                              .getBean(DefaultKafkaProducerFactory.class)
                              .getConfigurationProperties(),
                          Duration.ofSeconds(5)))
                  .containsEntry("security.protocol", "SASL_SSL")
                  .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                  .containsEntry("sasl.jaas.config", "the gateway's");
              assertThat(
                      context
                          .getBean(DefaultKafkaConsumerFactory.class)
                          .getConfigurationProperties())
                  .containsEntry("security.protocol", "SASL_SSL")
                  .containsEntry("sasl.mechanism", "SCRAM-SHA-512");
            });
  }

  @Test
  void whatCorrectnessRestsOnCannotBeConfiguredAway() {
    runner
        .withPropertyValues(
            "spring.kafka.producer.acks=0", "spring.kafka.properties.enable.idempotence=false")
        .run(
            context ->
                assertThat(
                        AwaitedSender.config(
                            context
                                .getBean(DefaultKafkaProducerFactory.class)
                                .getConfigurationProperties(),
                            Duration.ofSeconds(5)))
                    .containsEntry("acks", "all")
                    .containsEntry("enable.idempotence", true));
  }
}
