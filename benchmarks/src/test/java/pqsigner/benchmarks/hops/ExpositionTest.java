package pqsigner.benchmarks.hops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import pqsigner.benchmarks.hops.Exposition.Calls;

class ExpositionTest {
  private static final Exposition BEFORE =
      Exposition.parse(
          """
          # HELP calls_seconds Calls
          # TYPE calls_seconds summary
          calls_seconds_count{operation="PutItem",outcome="ok"} 10
          calls_seconds_sum{operation="PutItem",outcome="ok"} 1.5
          plain 7.0
          """);

  private static final Exposition AFTER =
      Exposition.parse(
          """
          calls_seconds_count{operation="PutItem",outcome="ok"} 12
          calls_seconds_sum{operation="PutItem",outcome="ok"} 2.0
          calls_seconds_count{operation="PutItem",outcome="conflict"} 1
          calls_seconds_sum{operation="PutItem",outcome="conflict"} 0.5
          calls_seconds_count{operation="Get \\"Item\\"",outcome="ok"} 1.0E2
          calls_seconds_sum{operation="Get \\"Item\\"",outcome="ok"} 3
          never NaN
          endless{le="+Inf"} +Inf
          plain 7.0
          """);

  @Test
  void onlyWhatCameInBetweenCounts() {
    Exposition grown = AFTER.since(BEFORE);

    assertThat(grown.calls("calls", Map.of("operation", "PutItem"))).isEqualTo(new Calls(3, 1.0));
    assertThat(grown.calls("calls").count()).isEqualTo(103);
    assertThat(grown.sum("plain", Map.of())).isZero();
  }

  @Test
  void loadsAddUp() {
    Exposition grown = AFTER.since(BEFORE);

    assertThat(grown.plus(grown).calls("calls").seconds()).isEqualTo(8.0);
  }

  @Test
  void whatWasNeverCalledTakesNoTime() {
    assertThat(AFTER.calls("nothing")).isEqualTo(new Calls(0, 0));
    assertThat(AFTER.calls("nothing").mean()).isZero();
  }
}
