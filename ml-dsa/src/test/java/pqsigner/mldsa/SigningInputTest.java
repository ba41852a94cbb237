package pqsigner.mldsa;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SigningInputTest {

  @Test
  void inputsAreWhatFips204Allows() {
    assertThatThrownBy(() -> new SigningInput.Message(new byte[0], new byte[256]))
        .isInstanceOf(IllegalArgumentException.class);
    for (int length : new int[] {0, 63, 65, 128}) {
      assertThatThrownBy(() -> new SigningInput.ExternalMu(new byte[length]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
