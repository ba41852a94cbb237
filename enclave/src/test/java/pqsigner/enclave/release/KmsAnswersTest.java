package pqsigner.enclave.release;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.enclave.testing.AwsEnvelope;
import pqsigner.enclave.testing.FakeNsm;
import pqsigner.enclave.testing.TestKms;
import pqsigner.protocol.Refusal;
import tools.jackson.databind.json.JsonMapper;

/// Answers that are none of KMS's for this call, whoever gave them.
class KmsAnswersTest extends KmsConversation {
  @Test
  void anAnswerForAnotherKeyIsRefused() throws Exception {
    kms.behave(
        call -> {
          TestKms.Reply honest =
              TestKms.released(
                  FakeNsm.field(call.document(), "public_key"), new byte[32], new byte[] {1});
          return new TestKms.Reply(
              200, honest.body().replace("111122223333", "999999999999"), honest.headers());
        });
    assertThat(generateIsRefused(client())).isEqualTo(Refusal.KMS_DENIED);
    push("secret");
    assertThat(decryptIsRefused(client())).isEqualTo(Refusal.KMS_DENIED);
  }

  @Test
  void anAnswerWithoutACiphertextForRecipientIsRefusedEvenWithAPlaintext() {
    kms.behave(
        call ->
            TestKms.Reply.ok(
                JsonMapper.shared()
                    .createObjectNode()
                    .put("KeyId", TestKms.ARN)
                    .put("CiphertextBlob", "AAAA")
                    .put("Plaintext", "A".repeat(43) + "=")));
    assertThat(generateIsRefused(client())).isEqualTo(Refusal.KMS_UNAVAILABLE);
    assertThat(decryptIsRefused(client())).isEqualTo(Refusal.KEY_RECORD_REJECTED);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16, 31, 33, 64})
  void aDataKeyOfAnotherLengthIsRefused(int length) {
    kms.behave(
        call ->
            TestKms.released(
                FakeNsm.field(call.document(), "public_key"), new byte[length], new byte[1]));
    assertThat(decryptIsRefused(client())).isEqualTo(Refusal.KEY_RECORD_REJECTED);
  }

  /// Somebody who has seen the attestation document can make an envelope, but not for another key.
  @Test
  void anEnvelopeForAnotherRecipientIsRefused() {
    byte[] other = RecipientKey.generate(CONSCRYPT).subjectPublicKeyInfo();
    kms.behave(call -> TestKms.released(other, new byte[32], new byte[1]));
    assertThat(decryptIsRefused(client())).isEqualTo(Refusal.KEY_RECORD_REJECTED);
    assertThat(AwsEnvelope.seal(other, new byte[32])).isNotEmpty();
  }

  @Test
  void anOversizedAnswerIsRefusedBeforeItIsRead() {
    kms.behaveRaw(
        out -> {
          out.write("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n".getBytes(ISO_8859_1));
          out.flush();
        });
    assertThat(generateIsRefused(client())).isEqualTo(Refusal.KMS_UNAVAILABLE);
  }

  @Test
  void anEndlessHeadIsRefused() {
    kms.behaveRaw(
        out -> {
          out.write("HTTP/1.1 200 OK\r\n".getBytes(ISO_8859_1));
          for (int i = 0; i < 10_000; i++) {
            out.write("x: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n".getBytes(ISO_8859_1));
          }
        });
    assertThat(generateIsRefused(client())).isEqualTo(Refusal.KMS_UNAVAILABLE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{", "{\"KeyId\":7}", "<html>"})
  void anAnswerThatIsNotJsonOfTheKmsIsRefused(String body) {
    kms.behave(call -> new TestKms.Reply(200, body, Map.of()));
    assertThat(generateIsRefused(client())).isIn(Refusal.KMS_UNAVAILABLE, Refusal.KMS_DENIED);
  }
}
