package pqsigner.gateway.fairness;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.custodian.CustodianLimit.BODY_BYTES_MAX;
import static pqsigner.gateway.custodian.CustodianLimit.BULK_MAX;
import static pqsigner.gateway.custodian.CustodianLimit.CONNECTIONS_MAX;
import static pqsigner.gateway.custodian.CustodianLimit.REQUESTS_PER_SECOND;

import java.util.Map;
import org.junit.jupiter.api.Test;
import pqsigner.gateway.custodian.CustodianLimit;

class AgreedLimitsTest {

  private Map<CustodianLimit, Integer> agreed =
      Map.of(REQUESTS_PER_SECOND, 5000, BULK_MAX, 9, BODY_BYTES_MAX, 7, CONNECTIONS_MAX, 3);
  private final AgreedLimits limits =
      new AgreedLimits(
          new FairnessSettings(2000, 7, 1000, 2000, 50),
          name -> name.equals("big-fund") ? agreed : Map.of());

  @Test
  void aCustodianHasTheLimitsOfAllButForWhatWasAgreed() {
    assertThat(limits.of("big-fund")).isEqualTo(new AgreedLimits.Limits(5000, 7, 1000, 9));
    assertThat(limits.connections("big-fund", 1000)).isEqualTo(3);
    assertThat(limits.bodyBytes("big-fund", 1000)).isEqualTo(7);
    assertThat(limits.of("other")).isEqualTo(new AgreedLimits.Limits(2000, 7, 1000, 2000));
    assertThat(limits.connections("other", 1000)).isEqualTo(500);
    assertThat(limits.bodyBytes("other", 1000)).isEqualTo(500);
  }

  @Test
  void aShareIsNeverNothing() {
    assertThat(limits.share(1000)).isEqualTo(500);
    assertThat(limits.share(1)).isEqualTo(1);
  }

  @Test
  void aChangeHoldsForTheNextQuestion() {
    agreed = Map.of();

    assertThat(limits.of("big-fund")).isEqualTo(limits.of("other"));
  }
}
