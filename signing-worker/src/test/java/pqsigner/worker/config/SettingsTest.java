package pqsigner.worker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;

class SettingsTest {

  @Configuration
  @EnableConfigurationProperties({
    KafkaSettings.class,
    BatchSettings.class,
    EnclaveSettings.class,
    LanesSettings.class,
    AwsSettings.class
  })
  static class AllSettings {}

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
          .withUserConfiguration(AllSettings.class)
          .withPropertyValues("pq-signer.enclave.address=vsock:16:5005");

  @Test
  void theDefaultsAreThoseOfTheDesign() {
    runner.run(
        context -> {
          assertThat(context).hasNotFailed();
          assertThat(context.getBean(BatchSettings.class).deadline())
              .isEqualTo(Duration.ofMillis(250));
          assertThat(context.getBean(BatchSettings.class).maxRecords()).isEqualTo(128);
          assertThat(context.getBean(LanesSettings.class).firstDelay())
              .isEqualTo(Duration.ofSeconds(5));
          assertThat(context.getBean(LanesSettings.class).secondDelay())
              .isEqualTo(Duration.ofSeconds(60));
          assertThat(context.getBean(LanesSettings.class).sslBundle()).isEqualTo("delay-line");
          assertThat(context.getBean(KafkaSettings.class).topicPrefix()).isEqualTo("pq-signer.");
          assertThat(context.getBean(KafkaSettings.class).serdeConfiguration())
              .containsEntry("auto.register.schemas", "false");
        });
  }

  @Test
  void serdeKeysKeepTheirDots() {
    runner
        .withPropertyValues(
            "pq-signer.kafka.serde.schema.registry.url=http://r",
            "pq-signer.kafka.serde.auto.register.schemas=true")
        .run(
            context ->
                assertThat(context.getBean(KafkaSettings.class).serdeConfiguration())
                    .containsEntry("schema.registry.url", "http://r")
                    .containsEntry("auto.register.schemas", "true"));
  }

  @Test
  void lanesMayBeFractionsOfASecond() {
    runner
        .withPropertyValues("pq-signer.lanes.first-delay=50ms")
        .run(
            context ->
                assertThat(context.getBean(LanesSettings.class).firstDelay())
                    .isEqualTo(Duration.ofMillis(50)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pq-signer.batch.deadlin=1s",
        "pq-signer.batch.deadline=9ms",
        "pq-signer.batch.deadline=11s",
        "pq-signer.batch.max-records=0",
        "pq-signer.batch.max-records=513",
        "pq-signer.batch.concurrency=13",
        "pq-signer.batch.publish-timeout=0s",
        "pq-signer.enclave.address=",
        "pq-signer.enclave.in-flight-max=0",
        "pq-signer.enclave.heartbeat=0s",
        "pq-signer.lanes.first-delay=0s",
        "pq-signer.lanes.second-delay=2h",
        "pq-signer.lanes.ssl-bundle=",
        "pq-signer.kafka.value-deserializer=",
        "pq-signer.kafka.unknown=1",
        "pq-signer.aws.refresh-gap=0s"
      })
  void aValueOutOfBoundsOrAnUnknownKeyDoesNotStart(String property) {
    runner.withPropertyValues(property).run(context -> assertThat(context).hasFailed());
  }

  @Test
  void theEnclaveMustTakeAllThatTheConsumersMaySend() {
    runner
        .withBean(HealthWiring.ConsistentSettings.class)
        .withPropertyValues(
            "pq-signer.batch.concurrency=2",
            "pq-signer.batch.max-records=128",
            "pq-signer.enclave.in-flight-max=255")
        .run(context -> assertThat(context).hasFailed());
    runner
        .withBean(HealthWiring.ConsistentSettings.class)
        .withPropertyValues("pq-signer.enclave.in-flight-max=256")
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void theBuildIsWrittenIntoTheJar() {
    assertThat(Build.version()).matches("\\d+\\.\\d+\\.\\d+.*");
  }
}
