package pqsigner.enclave.release;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/// What comes from the KMS, or from whoever sits between. Runs the committed corpus in a normal
/// build; with `JAZZER_FUZZ=1` and `-Dtest` naming one method it searches.
class ReleaseFuzzTest {

  /// Lengths are what a cipher relies on next; any other failure than the one uniform exception
  /// would be an oracle.
  @FuzzTest(maxDuration = "60s")
  void anEnvelopeIsReadOrRefused(byte[] bytes) {
    CiphertextForRecipient envelope;
    try {
      envelope = CiphertextForRecipient.parse(bytes);
    } catch (EnvelopeException e) {
      return;
    }
    int parts =
        envelope.recipientKeyId().length
            + envelope.encryptedKey().length
            + envelope.iv().length
            + envelope.content().length;
    if (parts > bytes.length) {
      throw new AssertionError("more was read than is there");
    }
  }

  @FuzzTest(maxDuration = "60s")
  void anHttpAnswerIsReadOrRefused(byte[] bytes) {
    HttpWire.Response response;
    try {
      response = HttpWire.read(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      return;
    }
    if (response.status() < 200 || response.body().length > bytes.length) {
      throw new AssertionError("more was read than is there");
    }
  }
}
