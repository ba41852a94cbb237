package pqsigner.worker;

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
import pqsigner.kafka.Build;
import pqsigner.worker.batch.kafka.BatchSettings;
import pqsigner.worker.batch.kafka.ConsistentSettings;
import pqsigner.worker.credentials.AwsSettings;
import pqsigner.worker.enclave.EnclaveSettings;
import pqsigner.worker.kafka.KafkaSettings;
import pqsigner.worker.lanes.LanesSettings;

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
          assertThat(context.getBean(KafkaSettings.class).topicPrefix()).isEqualTo("pq-signer.");
          assertThat(context.getBean(KafkaSettings.class).serdeConfiguration())
              .containsEntry("auto.register.schemas", "false");
        });
  }

  @Test
  void serdeKeysKeepTheirDots() {
    runner
        .withPropertyValues("pq-signer.kafka.serde.schema.registry.url=http://127.0.0.1:8081")
        .run(
            context ->
                assertThat(context.getBean(KafkaSettings.class).serdeConfiguration())
                    .containsEntry("schema.registry.url", "http://127.0.0.1:8081"));
  }

  @Test
  void noSettingTurnsRegistrationOn() {
    runner
        .withPropertyValues(
            "pq-signer.kafka.serde.auto.register.schemas=true",
            "pq-signer.kafka.serde.specific.avro.reader=false")
        .run(
            context ->
                assertThat(context.getBean(KafkaSettings.class).serdeConfiguration())
                    .containsEntry("auto.register.schemas", "false")
                    .containsEntry("specific.avro.reader", "true"));
  }

  @Test
  void aRegistryInPlaintextIsForThisMachineOnly() {
    String url = "pq-signer.kafka.serde.schema.registry.url=http://registry:8081";
    runner.withPropertyValues(url).run(context -> assertThat(context).hasFailed());
    runner
        .withPropertyValues(url, "pq-signer.kafka.registry-plaintext-allowed=true")
        .run(context -> assertThat(context).hasNotFailed());
    runner
        .withPropertyValues(
            "pq-signer.kafka.serde.schema.registry.url=https://registry",
            "pq-signer.kafka.serde.basic.auth.credentials.source=USER_INFO",
            "pq-signer.kafka.serde.basic.auth.user.info=worker:secret")
        .run(context -> assertThat(context).hasNotFailed());
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
        "pq-signer.enclave.in-flight-max=8193",
        "pq-signer.enclave.reconnect-max=99ms",
        "pq-signer.enclave.trial-max=499ms",
        "pq-signer.batch.max-bytes=1023B",
        "pq-signer.batch.max-bytes=257MB",
        "pq-signer.batch.trial-deadline=31s",
        "pq-signer.batch.bulk-max-records=513",
        "pq-signer.batch.bulk-concurrency=0",
        "pq-signer.batch.publish-timeout=121s",
        "pq-signer.lanes.pause-max=1s",
        "pq-signer.aws.refresh-margin=0s",
        "pq-signer.aws.refresh-max=0s",
        "pq-signer.lanes.first-delay=0s",
        "pq-signer.lanes.second-delay=2h",
        "pq-signer.kafka.value-deserializer=",
        "pq-signer.kafka.unknown=1",
        "pq-signer.aws.refresh-gap=0s"
      })
  void aValueOutOfBoundsOrAnUnknownKeyDoesNotStart(String property) {
    runner.withPropertyValues(property).run(context -> assertThat(context).hasFailed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pq-signer.batch.deadline=10ms",
        "pq-signer.batch.deadline=10s",
        "pq-signer.batch.trial-deadline=30s",
        "pq-signer.batch.max-records=1",
        "pq-signer.batch.max-records=512",
        "pq-signer.batch.max-bytes=1KB",
        "pq-signer.batch.max-bytes=256MB",
        "pq-signer.batch.concurrency=1",
        "pq-signer.batch.concurrency=12",
        "pq-signer.batch.publish-timeout=1s",
        "pq-signer.batch.publish-timeout=2m",
        "pq-signer.enclave.in-flight-max=1",
        "pq-signer.enclave.in-flight-max=8192",
        "pq-signer.enclave.reconnect-max=100ms",
        "pq-signer.enclave.trial-max=500ms",
        "pq-signer.lanes.first-delay=1ms",
        "pq-signer.lanes.second-delay=1h",
        "pq-signer.aws.refresh-gap=1ms"
      })
  void aValueAtItsExtremeIsTaken(String property) {
    runner.withPropertyValues(property).run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void whatIsWrongIsNamed() {
    runner
        .withPropertyValues("pq-signer.enclave.reconnect-max=1ms")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("pq-signer.enclave")
                    .hasMessageContaining("reconnect-max must not be below reconnect-min"));
  }

  /// Every place of the settings where a password can stand.
  @Test
  void aSecretIsNeverPrinted() {
    runner
        .withPropertyValues("pq-signer.kafka.serde.basic.auth.user.info=registry:s3cr3t")
        .run(
            context -> {
              assertThat(context.getBean(KafkaSettings.class).serde())
                  .containsEntry("basic.auth.user.info", "registry:s3cr3t");
              assertThat(context.getBean(KafkaSettings.class).toString())
                  .contains("basic.auth.user.info")
                  .doesNotContain("s3cr3t");
            });
  }

  @Test
  void theEnclaveMustTakeAllThatTheConsumersMaySend() {
    runner
        .withBean(ConsistentSettings.class)
        .withPropertyValues(
            "pq-signer.batch.concurrency=2",
            "pq-signer.batch.max-records=128",
            "pq-signer.batch.bulk-concurrency=1",
            "pq-signer.batch.bulk-max-records=32",
            "pq-signer.enclave.in-flight-max=287")
        .run(context -> assertThat(context).hasFailed());
    runner
        .withBean(ConsistentSettings.class)
        .withPropertyValues("pq-signer.enclave.in-flight-max=288")
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void theBuildIsWrittenIntoTheJar() {
    assertThat(Build.version()).matches("\\d+\\.\\d+\\.\\d+.*");
  }
}
