package pqsigner.mldsa;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SubjectPublicKeyInfoTest {

  private static byte[] ofTheJdk(ParameterSet set) throws Exception {
    return KeyPairGenerator.getInstance(set.algorithm()).generateKeyPair().getPublic().getEncoded();
  }

  @ParameterizedTest
  @EnumSource
  void theEncodingIsTheOneOfTheJdk(ParameterSet set) throws Exception {
    byte[] spki = ofTheJdk(set);
    byte[] raw = Arrays.copyOfRange(spki, spki.length - set.publicKeyBytes(), spki.length);

    assertThat(SubjectPublicKeyInfo.encode(set, raw)).isEqualTo(spki);
    assertThat(SubjectPublicKeyInfo.decode(set, spki)).hasValue(raw);
  }

  @ParameterizedTest
  @EnumSource
  void aFingerprintIsTheHashOfTheWholeEncoding(ParameterSet set) throws Exception {
    byte[] spki = ofTheJdk(set);
    byte[] raw = Arrays.copyOfRange(spki, spki.length - set.publicKeyBytes(), spki.length);

    assertThat(SubjectPublicKeyInfo.fingerprint(set, raw))
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(spki)));
  }

  @ParameterizedTest
  @EnumSource
  void whatItWouldNotEncodeIsNoKey(ParameterSet set) throws Exception {
    byte[] spki = ofTheJdk(set);
    for (int i = 0; i < spki.length - set.publicKeyBytes(); i++) {
      byte[] altered = spki.clone();
      altered[i] ^= 1;
      assertThat(SubjectPublicKeyInfo.decode(set, altered)).isEmpty();
    }
    for (int length : new int[] {0, spki.length - 1, spki.length + 1}) {
      assertThat(SubjectPublicKeyInfo.decode(set, Arrays.copyOf(spki, length))).isEmpty();
    }
  }
}
