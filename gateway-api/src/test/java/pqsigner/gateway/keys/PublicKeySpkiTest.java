package pqsigner.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPairGenerator;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pqsigner.events.Algorithm;

class PublicKeySpkiTest {

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void theEncodingIsTheOneOfTheJdk(Algorithm algorithm) throws Exception {
    byte[] spki =
        KeyPairGenerator.getInstance(algorithm.label()).generateKeyPair().getPublic().getEncoded();
    int rawBytes =
        switch (algorithm) {
          case ML_DSA_44 -> 1312;
          case ML_DSA_65 -> 1952;
          case ML_DSA_87 -> 2592;
        };
    byte[] raw = Arrays.copyOfRange(spki, spki.length - rawBytes, spki.length);

    assertThat(PublicKeySpki.encode(algorithm, raw)).isEqualTo(spki);
  }
}
