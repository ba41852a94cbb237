package pqsigner.benchmarks.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RatioTableTest {

  @Test
  void aRoundOnASlowMachineCountsLikeAnyOther() {
    RatioTable table =
        new RatioTable(
            List.of(
                Map.of("sign", 10.0, "open", 5.0),
                Map.of("sign", 1000.0, "open", 600.0),
                Map.of("sign", 10.0, "open", 4.0)),
            "sign");

    assertThat(table.markdown())
        .contains("| sign | 1.0 | 1.0 | 1.0 |")
        .contains("| open | 0.50 | 0.40 | 0.60 |");
  }

  @Test
  void withoutItsUnitThereIsNoTable() {
    assertThatThrownBy(() -> new RatioTable(List.of(Map.of("open", 5.0)), "sign"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
