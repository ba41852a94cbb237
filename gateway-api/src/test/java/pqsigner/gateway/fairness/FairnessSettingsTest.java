package pqsigner.gateway.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FairnessSettingsTest {

  @Test
  void aCustodianHasTheLimitsOfAllButForWhatWasAgreed() {
    var settings =
        new FairnessSettings(
            2000,
            7,
            1000,
            2000,
            50,
            Map.of("big-fund", new FairnessSettings.Agreed(5000, null, null, 9, 75)));
    assertThat(settings.of("big-fund")).isEqualTo(new FairnessSettings.Limits(5000, 7, 1000, 9));
    assertThat(settings.of("other")).isEqualTo(new FairnessSettings.Limits(2000, 7, 1000, 2000));
    assertThat(settings.share("big-fund", 1000)).isEqualTo(750);
    assertThat(settings.share("other", 1000)).isEqualTo(500);
    assertThat(settings.share("other", 1)).as("never nothing").isEqualTo(1);
  }
}
