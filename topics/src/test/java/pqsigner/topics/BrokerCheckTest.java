package pqsigner.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class BrokerCheckTest {

  private static final Map<String, String> GOOD =
      Map.of(
          BrokerCheck.AUTHORIZER,
          "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
          BrokerCheck.DECOMPRESSED_BYTES_MAX,
          "2147483639");

  @Test
  void aBrokerWithAnAuthorizerThatBoundsDecompressionWillDo() {
    assertThat(BrokerCheck.missing("1", GOOD)).isEmpty();
  }

  @Test
  void aBrokerThatCannotBoundDecompressionIsNamed() {
    assertThat(
            BrokerCheck.missing(
                "2", Map.of(BrokerCheck.AUTHORIZER, GOOD.get(BrokerCheck.AUTHORIZER))))
        .singleElement()
        .asString()
        .contains("broker 2", "max.decompressed.message.bytes", "4.2.2");
  }

  @Test
  void everythingThatIsMissingIsToldAtOnce() {
    assertThat(BrokerCheck.missing("1", Map.of(BrokerCheck.AUTHORIZER, ""))).hasSize(2);
  }
}
