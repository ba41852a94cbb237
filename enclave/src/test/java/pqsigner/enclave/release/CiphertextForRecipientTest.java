package pqsigner.enclave.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.Provider;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.enclave.testing.AwsEnvelope;
import pqsigner.enclave.testing.Vectors;

class CiphertextForRecipientTest {
  private static final Provider CONSCRYPT = Conscrypt.newProvider();
  private static final RecipientKey KEY = RecipientKey.generate(CONSCRYPT);
  private static final byte[] PLAINTEXT = HexFormat.of().parseHex("00112233".repeat(8));

  private static byte[] bytes(SecretBytes secret) {
    try (secret) {
      return secret.<byte[], RuntimeException>expose(byte[]::clone);
    }
  }

  private static void assertRefused(RecipientKey key, byte[] envelope) {
    assertThatThrownBy(() -> key.open(envelope))
        .isExactlyInstanceOf(EnvelopeException.class)
        .hasMessage("the envelope cannot be opened")
        .hasNoCause();
  }

  /// The public test key that belongs to the sample of AWS KMS.
  private static RecipientKey sampleKey() throws Exception {
    String pem = new String(Vectors.read("kms/edgebit-1.key.pem"), StandardCharsets.US_ASCII);
    byte[] pkcs1 = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    byte[] head = HexFormat.of().parseHex("308204be020100300d06092a864886f70d0101010500048204a8");
    byte[] pkcs8 = Arrays.copyOf(head, head.length + pkcs1.length);
    System.arraycopy(pkcs1, 0, pkcs8, head.length, pkcs1.length);
    pkcs8[2] = (byte) ((pkcs8.length - 4) >> 8);
    pkcs8[3] = (byte) (pkcs8.length - 4);
    pkcs8[head.length - 2] = (byte) (pkcs1.length >> 8);
    pkcs8[head.length - 1] = (byte) pkcs1.length;
    KeyFactory factory = KeyFactory.getInstance("RSA", CONSCRYPT);
    RSAPrivateCrtKey key =
        (RSAPrivateCrtKey) factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    PublicKey publicKey =
        factory.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
    return new RecipientKey(new KeyPair(publicKey, key), CONSCRYPT);
  }

  @Test
  void aRealAnswerOfTheKmsOpens() throws Exception {
    byte[] opened = bytes(sampleKey().open(Vectors.read("kms/edgebit-1.ber")));
    assertThat(opened).isEqualTo(Vectors.read("kms/edgebit-1.plaintext.bin"));
  }

  @Test
  void bothRealFormsOfContentAreRead() throws EnvelopeException {
    CiphertextForRecipient constructed =
        CiphertextForRecipient.parse(Vectors.read("kms/awssdkc-1.ber"));
    assertThat(constructed.recipientKeyId()).hasSize(32);
    assertThat(constructed.encryptedKey()).hasSize(256);
    assertThat(constructed.iv()).hasSize(16);
    assertThat(constructed.content()).hasSizeGreaterThanOrEqualTo(16);
    CiphertextForRecipient primitive =
        CiphertextForRecipient.parse(Vectors.read("kms/awssdkc-2-ctx.ber"));
    assertThat(primitive.encryptedKey()).hasSize(256);
    assertThat(primitive.content().length % 16).isZero();
  }

  /// CBC is malleable and the message unauthenticated, so a changed IV or content may still open,
  /// to something else; that is why the data key must then open an AEAD. Every other change is
  /// refused, and nothing ever fails in another way.
  @Test
  void aRealAnswerWithAnyBitFlippedNeverOpensToItself() throws Exception {
    RecipientKey key = sampleKey();
    byte[] genuine = Vectors.read("kms/edgebit-1.ber");
    byte[] plaintext = Vectors.read("kms/edgebit-1.plaintext.bin");
    int ivAndContentFrom = genuine.length - (16 + 2 + 2 + 48 + 10);
    int openedToOther = 0;
    for (int i = 0; i < genuine.length; i++) {
      for (int bit :
          i < 60 || i >= ivAndContentFrom
              ? new int[] {0, 1, 2, 3, 4, 5, 6, 7}
              : new int[] {i % 8}) {
        byte[] changed = genuine.clone();
        changed[i] ^= (byte) (1 << bit);
        try {
          byte[] opened = bytes(key.open(changed));
          assertThat(i).isGreaterThanOrEqualTo(ivAndContentFrom);
          assertThat(opened).isNotEqualTo(plaintext);
          openedToOther++;
        } catch (EnvelopeException e) {
          assertThat(e).hasNoCause();
        }
      }
    }
    assertThat(openedToOther).isPositive();
  }

  @Test
  void aRealAnswerCutAnywhereOrWithAByteMoreIsRefused() throws Exception {
    RecipientKey key = sampleKey();
    byte[] genuine = Vectors.read("kms/edgebit-1.ber");
    for (int length = 0; length < genuine.length; length++) {
      assertRefused(key, Arrays.copyOf(genuine, length));
    }
    assertRefused(key, Arrays.copyOf(genuine, genuine.length + 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 16, 32, 48, 1000})
  void theContentMayComeInAnyNumberOfChunks(int chunkBytes) throws Exception {
    byte[] sealed = AwsEnvelope.sealInChunks(KEY.subjectPublicKeyInfo(), PLAINTEXT, chunkBytes);
    assertThat(bytes(KEY.open(sealed))).isEqualTo(PLAINTEXT);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 31, 33, 4096})
  void paddingIsTakenOffWhateverTheLength(int length) throws Exception {
    byte[] plaintext = new byte[length];
    byte[] sealed = AwsEnvelope.seal(KEY.subjectPublicKeyInfo(), plaintext);
    assertThat(bytes(KEY.open(sealed))).isEqualTo(plaintext);
  }

  @Test
  void oaepWithSha1IsRefused() {
    assertRefused(KEY, AwsEnvelope.sealWithSha1(KEY.subjectPublicKeyInfo(), PLAINTEXT));
  }

  @Test
  void anAnswerToAnotherKeyIsRefused() {
    RecipientKey other = RecipientKey.generate(CONSCRYPT);
    assertRefused(KEY, AwsEnvelope.seal(other.subjectPublicKeyInfo(), PLAINTEXT));
  }

  @Test
  void nothingAndTooMuchAreRefused() {
    assertRefused(KEY, new byte[0]);
    assertRefused(KEY, AwsEnvelope.seal(KEY.subjectPublicKeyInfo(), new byte[8 * 1024]));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"308000", "30", "3081", "30817f", "3082007f", "3083000001", "30ff", "0000"})
  void lengthsThatAreNotShortestOrRunOutAreRefused(String hex) {
    assertRefused(KEY, HexFormat.of().parseHex(hex));
  }

  @Test
  void arbitraryBytesAreRefused() {
    java.util.Random random = new java.util.Random(20261123);
    byte[] genuine = AwsEnvelope.seal(KEY.subjectPublicKeyInfo(), PLAINTEXT);
    for (int round = 0; round < 20_000; round++) {
      byte[] changed = genuine.clone();
      int from = random.nextInt(genuine.length - 90);
      for (int i = 0; i < 1 + random.nextInt(4); i++) {
        changed[from + random.nextInt(8)] = (byte) random.nextInt(256);
      }
      if (!Arrays.equals(changed, genuine)) {
        try {
          CiphertextForRecipient parsed = CiphertextForRecipient.parse(changed);
          assertThat(parsed.content()).hasSizeLessThanOrEqualTo(genuine.length);
        } catch (EnvelopeException e) {
          assertThat(e).hasNoCause();
        }
      }
    }
  }

  @Test
  void theKeyDoesNotSayWhatItHolds() {
    assertThat(KEY).hasToString("RecipientKey[RSA-2048]");
  }
}
