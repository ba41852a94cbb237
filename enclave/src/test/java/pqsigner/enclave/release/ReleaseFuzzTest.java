package pqsigner.enclave.release;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What comes from the KMS, or from whoever sits between. Runs the committed corpus in a normal
/// build; with `JAZZER_FUZZ=1` and `-Dtest` naming one method it searches.
class ReleaseFuzzTest {
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

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

  /// Jackson is the judge: what is read here, it reads the same. It refuses some that are too long
  /// or too large for it.
  @FuzzTest(maxDuration = "60s")
  void aJsonAnswerIsReadOrRefused(byte[] bytes) {
    Map<String, String> texts;
    try {
      texts = Json.texts(bytes);
    } catch (IOException e) {
      return;
    }
    Map<String, String> judged = new HashMap<>();
    try {
      for (var member : STRICT.readTree(bytes).properties()) {
        if (member.getValue().isString()) {
          judged.put(member.getKey(), member.getValue().asString());
        }
      }
    } catch (StreamConstraintsException e) {
      return;
    }
    if (!texts.equals(judged)) {
      throw new AssertionError(texts + " is not " + judged);
    }
  }
}
