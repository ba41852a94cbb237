package pqsigner.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AlgorithmTest {

  @Test
  void theNamesAreThoseOfFips204() {
    assertThat(Arrays.stream(Algorithm.values()).map(Algorithm::label))
        .containsExactly("ML-DSA-44", "ML-DSA-65", "ML-DSA-87");
  }

  @Test
  void onlyTheExactNameIsFound() {
    assertThat(Algorithm.of("ML-DSA-65")).contains(Algorithm.ML_DSA_65);
    assertThat(Algorithm.of("ml-dsa-65")).isEmpty();
    assertThat(Algorithm.of("ML_DSA_65")).isEmpty();
    assertThat(Algorithm.of("")).isEmpty();
  }
}
