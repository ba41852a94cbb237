package pqsigner.deploy.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import pqsigner.worker.lanes.LanesSettings;

/// A start that fails says why, and quotes no secret.
@ExtendWith(OutputCaptureExtension.class)
class FailedStartTest {
  @EnableConfigurationProperties({pqsigner.worker.kafka.KafkaSettings.class, LanesSettings.class})
  static class Worker {}

  @EnableConfigurationProperties(pqsigner.gateway.kafka.KafkaSettings.class)
  static class Gateway {}

  private static final String GATEWAY = "../gateway-api/src/main/resources/application.yaml";
  private static final String WORKER = "../signing-worker/src/main/resources/application.yaml";

  @AfterEach
  void logAsBefore() {
    LoggingSystem.get(getClass().getClassLoader()).cleanUp();
  }

  private static void start(Class<?> service, String configuration, String setting) {
    assertThatThrownBy(
            () ->
                new SpringApplicationBuilder(service)
                    .run(
                        "--spring.config.location=" + Path.of(configuration).toUri(),
                        "--spring.main.web-application-type=none",
                        "--pq-signer.kafka.serde.basic.auth.user.info=registry:s3cr3t",
                        "--spring.kafka.properties.sasl.jaas.config=s3cr3t",
                        setting))
        .isNotNull();
  }

  @Test
  void aPasswordUnderAMisspeltKeyIsNotPrinted(CapturedOutput output) {
    start(Worker.class, WORKER, "--pq-signer.lanes.clients.sasl.jaas.config=s3cr3t");
    start(Gateway.class, GATEWAY, "--pq-signer.kafka.serdes.basic.auth.user.info=s3cr3t");

    assertThat(output.getAll())
        .contains("pq-signer.lanes.clients.sasl.jaas.config")
        .contains("pq-signer.kafka.serdes.basic.auth.user.info")
        .doesNotContain("s3cr3t");
  }

  @Test
  void aBrokenRuleIsNamedAndTheSecretsBesideItAreNot(CapturedOutput output) {
    start(Worker.class, WORKER, "--pq-signer.lanes.first-delay=0s");
    start(Gateway.class, GATEWAY, "--pq-signer.kafka.send-timeout=31s");

    assertThat(output.getAll())
        .contains("firstDelay")
        .contains("send-timeout must be between 1s and 30s")
        .doesNotContain("s3cr3t");
  }
}
