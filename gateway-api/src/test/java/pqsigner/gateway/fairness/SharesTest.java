package pqsigner.gateway.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class SharesTest {

  private final Shares shares = new Shares(10, holder -> holder.equals("big") ? 8 : 5);

  @Test
  void nobodyGetsMoreThanItsShareAndAllTogetherNoMoreThanThereIs() {
    assertThat(shares.take("a", 5)).isTrue();
    assertThat(shares.take("a", 1)).as("its share").isFalse();
    assertThat(shares.take("big", 6)).as("all, or nothing").isFalse();
    assertThat(shares.take("big", 5)).isTrue();
    assertThat(shares.take("b", 1)).as("there is no more").isFalse();
    assertThat(shares.taken()).isEqualTo(10);
  }

  @Test
  void whatIsGivenBackCanBeTakenAgain() {
    assertThat(shares.take("a", 5)).isTrue();
    shares.give("a", 2);
    assertThat(shares.take("a", 2)).isTrue();
    shares.give("a", 5);
    shares.give("a", 0);
    assertThat(shares.taken()).isZero();
    assertThat(shares.take("a", 5)).isTrue();
  }

  @Test
  void theFullestShareIsShown() {
    var meters = new SimpleMeterRegistry();
    shares.bindTo(meters, "places");
    shares.take("a", 2);
    shares.take("b", 3);
    assertThat(meters.get("pq.signer.gateway.share.most").tag("of", "places").gauge().value())
        .isEqualTo(3);
    assertThat(meters.get("pq.signer.gateway.share.limit").tag("of", "places").gauge().value())
        .isEqualTo(5);
  }
}
