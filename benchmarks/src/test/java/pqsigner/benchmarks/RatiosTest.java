package pqsigner.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatiosTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1.0",
    "0.4, 0.40",
    "0.996, 1.0",
    "0.01234, 0.012",
    "9.96, 10",
    "153.4, 150",
    "NaN, –"
  })
  void twoDigitsAreWritten(double ratio, String text) {
    assertThat(Ratios.text(ratio)).isEqualTo(text);
  }
}
