package pqsigner.gateway.admission.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;

class HttpSettingsTest {

  @EnableConfigurationProperties(HttpSettings.class)
  static class Wiring {}

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
          .withUserConfiguration(Wiring.class);

  @Test
  void theDefaultsAreConsistent() {
    runner.run(context -> assertThat(context).hasNotFailed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wait-default=31s",
        "wait-default=-1s",
        "wait-max=301s",
        "wait-max=9s",
        "waiters-max=0",
        "body-bytes-max=95KB",
        "body-bytes-max=1025KB",
        "bodies-bytes-max=159KB",
        "bodies-bytes-max=1025MB",
        "body-timeout=99ms",
        "body-timeout=301s",
        "pending-age-max=9999ms",
        "pending-age-max=86401s",
        "wait-default=soon"
      })
  void anImpossibleLimitStopsTheStart(String setting) {
    runner
        .withPropertyValues("pq-signer.http." + setting)
        .run(context -> assertThat(context).hasFailed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wait-default=30s",
        "wait-default=0s",
        "wait-max=300s",
        "waiters-max=1",
        "body-bytes-max=96KB",
        "bodies-bytes-max=160KB",
        "body-timeout=100ms",
        "body-timeout=300s",
        "pending-age-max=10s",
        "pending-age-max=1d"
      })
  void aLimitAtItsExtremeIsTaken(String setting) {
    runner
        .withPropertyValues("pq-signer.http." + setting)
        .run(context -> assertThat(context).hasNotFailed());
  }
}
