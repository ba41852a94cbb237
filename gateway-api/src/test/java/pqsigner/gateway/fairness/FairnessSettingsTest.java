package pqsigner.gateway.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;

class FairnessSettingsTest {

  @EnableConfigurationProperties(FairnessSettings.class)
  static class Wiring {}

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
          .withUserConfiguration(Wiring.class);

  @Test
  void aCustodianHasTheLimitsOfAllButForWhatWasAgreed() {
    runner
        .withPropertyValues(
            "pq-signer.fairness.burst=7",
            "pq-signer.fairness.custodians.big-fund.requests-per-second=5000",
            "pq-signer.fairness.custodians.big-fund.bulk-max=9")
        .run(
            context -> {
              FairnessSettings settings = context.getBean(FairnessSettings.class);
              assertThat(settings.of("big-fund"))
                  .isEqualTo(new FairnessSettings.Limits(5000, 7, 1000, 9));
              assertThat(settings.of("other"))
                  .isEqualTo(new FairnessSettings.Limits(2000, 7, 1000, 2000));
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "requests-per-second=0",
        "requests-per-second=1000001",
        "burst=0",
        "interactive-max=0",
        "interactive-max=100001",
        "bulk-max=0",
        "bulk-max=100001",
        "custodians.a.burst=0",
        "custodians.a.requests-per-second=0",
        "custodians.a.interactive-max=0",
        "custodians.a.bulk-max=100001"
      })
  void anImpossibleLimitStopsTheStart(String setting) {
    runner
        .withPropertyValues("pq-signer.fairness." + setting)
        .run(context -> assertThat(context).hasFailed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "requests-per-second=1",
        "requests-per-second=1000000",
        "interactive-max=1",
        "bulk-max=100000",
        "custodians.a.bulk-max=1"
      })
  void aLimitAtItsExtremeIsTaken(String setting) {
    runner
        .withPropertyValues("pq-signer.fairness." + setting)
        .run(context -> assertThat(context).hasNotFailed());
  }
}
