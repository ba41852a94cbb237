package pqsigner.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPairGenerator;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pqsigner.events.Algorithm;

final class MlDsaPublicKeyTest {

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void theJdksOwnEncodingIsReadAndWrittenByteForByte(Algorithm algorithm) throws Exception {
    byte[] spki =
        KeyPairGenerator.getInstance(algorithm.label()).generateKeyPair().getPublic().getEncoded();

    MlDsaPublicKey key = MlDsaPublicKey.decode(spki);

    assertThat(key.algorithm()).isEqualTo(algorithm);
    assertThat(key.spki()).isEqualTo(spki);
    assertThat(MlDsaPublicKey.decode(key.raw()).spki()).isEqualTo(spki);
  }

  @Test
  void anAlteredHeaderIsNoKey() throws Exception {
    byte[] spki =
        KeyPairGenerator.getInstance("ML-DSA-44").generateKeyPair().getPublic().getEncoded();
    for (int i = 0; i < 22; i++) {
      byte[] altered = spki.clone();
      altered[i] ^= 1;
      assertThatThrownBy(() -> MlDsaPublicKey.decode(altered))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void anyOtherLengthIsNoKey() {
    for (int length : new int[] {0, 1, 1311, 1313, 1333, 1335, 2592 + 23}) {
      assertThatThrownBy(() -> MlDsaPublicKey.decode(new byte[length]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aKeyOfTheWrongLengthCannotBeMade() {
    byte[] raw = new byte[1312];
    assertThat(new MlDsaPublicKey(Algorithm.ML_DSA_44, raw).raw()).hasSize(1312);
    assertThatThrownBy(() -> new MlDsaPublicKey(Algorithm.ML_DSA_44, Arrays.copyOf(raw, 1311)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
