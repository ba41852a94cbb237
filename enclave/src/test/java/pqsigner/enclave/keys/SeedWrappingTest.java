package pqsigner.enclave.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.release.KeyBinding;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.Refusal;

class SeedWrappingTest {
  private static final String ARN = "arn:aws:kms:eu-central-1:111122223333:key/a";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SeedWrapping wrapping = new SeedWrapping(Conscrypt.newProvider(), RANDOM);
  private final byte[] plainKey = HexFormat.of().parseHex("0102030405060708".repeat(4));
  private final byte[] plainSeed = HexFormat.of().parseHex("f0f1f2f3f4f5f6f7".repeat(4));

  private SecretBytes dataKey() {
    return SecretBytes.moved(plainKey.clone());
  }

  private byte[] wrap(byte[] additionalData) {
    try (SecretBytes key = dataKey();
        SecretBytes seed = SecretBytes.moved(plainSeed.clone())) {
      return wrapping.wrap(key, additionalData, seed);
    }
  }

  private void assertRejected(byte[] additionalData, byte[] wrapped) {
    try (SecretBytes key = dataKey()) {
      assertThatThrownBy(() -> wrapping.unwrap(key, additionalData, wrapped).close())
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> {
                assertThat(e.refusal()).isEqualTo(Refusal.KEY_RECORD_REJECTED);
                assertThat(e).hasNoCause();
                assertThat(e.getStackTrace()).isEmpty();
              });
    }
  }

  private static byte[] additionalData(KeyIdentity identity, byte[] publicKey, String arn) {
    return new KeyBinding(identity, publicKey).additionalData(arn);
  }

  private static byte[] additionalData() {
    return additionalData(new KeyIdentity("c", "u", "ML-DSA-44", 1), new byte[] {1}, ARN);
  }

  @Test
  void aSeedComesBack() throws RefusedException {
    try (SecretBytes key = dataKey();
        SecretBytes seed = wrapping.unwrap(key, additionalData(), wrap(additionalData()))) {
      assertThat(seed.<byte[], RuntimeException>expose(byte[]::clone)).isEqualTo(plainSeed);
    }
  }

  /// The stored form is plain AES-256-GCM, which any other implementation can open.
  @Test
  void theJdkOpensIt() throws Exception {
    byte[] wrapped = wrap(additionalData());
    Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    gcm.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(plainKey, "AES"),
        new GCMParameterSpec(128, wrapped, 0, 12));
    gcm.updateAAD(additionalData());
    assertThat(gcm.doFinal(wrapped, 12, wrapped.length - 12)).isEqualTo(plainSeed);
  }

  @Test
  void everyBitOfItCounts() {
    byte[] wrapped = wrap(additionalData());
    for (int i = 0; i < wrapped.length * 8; i++) {
      byte[] changed = wrapped.clone();
      changed[i / 8] ^= (byte) (1 << (i % 8));
      assertRejected(additionalData(), changed);
    }
  }

  @Test
  void everyLengthButTheRightOneIsRejected() {
    byte[] wrapped = wrap(additionalData());
    for (int length = 0; length < 80; length++) {
      if (length != wrapped.length) {
        assertRejected(additionalData(), Arrays.copyOf(wrapped, length));
      }
    }
  }

  @Test
  void aRecordMovedToAnyOtherIdentityIsRejected() {
    byte[] publicKey = {1};
    byte[] wrapped = wrap(additionalData());
    List<byte[]> others = new ArrayList<>();
    others.add(additionalData(new KeyIdentity("d", "u", "ML-DSA-44", 1), publicKey, ARN));
    others.add(additionalData(new KeyIdentity("c", "v", "ML-DSA-44", 1), publicKey, ARN));
    others.add(additionalData(new KeyIdentity("c", "u", "ML-DSA-65", 1), publicKey, ARN));
    others.add(additionalData(new KeyIdentity("c", "u", "ML-DSA-44", 2), publicKey, ARN));
    others.add(additionalData(new KeyIdentity("c", "u", "ML-DSA-44", 257), publicKey, ARN));
    others.add(additionalData(new KeyIdentity("c", "u", "ML-DSA-44", 1), new byte[] {2}, ARN));
    others.add(additionalData(new KeyIdentity("c", "u", "ML-DSA-44", 1), publicKey, ARN + "b"));
    others.add(new byte[0]);
    others.forEach(other -> assertRejected(other, wrapped));
  }

  /// Two identities whose fields run together to the same bytes must not have the same data.
  @Test
  void fieldsDoNotRunIntoEachOther() {
    Set<String> seen = new HashSet<>();
    for (String[] parts : new String[][] {{"ab", "c"}, {"a", "bc"}, {"abc", "d"}, {"a", "bcd"}}) {
      byte[] data =
          additionalData(new KeyIdentity(parts[0], parts[1], "ML-DSA-44", 1), new byte[0], ARN);
      assertThat(seen.add(HexFormat.of().formatHex(data))).isTrue();
    }
  }

  @Test
  void theAdditionalDataAreFrozen() {
    assertThat(HexFormat.of().formatHex(additionalData()))
        .isEqualTo(
            "01"
                + "0000000163"
                + "0000000175"
                + "00000009"
                + HexFormat.of()
                    .formatHex("ML-DSA-44".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                + "000000020001"
                + "00000020"
                + "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a"
                + "0000002b"
                + HexFormat.of()
                    .formatHex(ARN.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
  }

  @Test
  void noncesDoNotRepeat() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      assertThat(seen.add(HexFormat.of().formatHex(wrap(additionalData()), 0, 12))).isTrue();
    }
  }
}
