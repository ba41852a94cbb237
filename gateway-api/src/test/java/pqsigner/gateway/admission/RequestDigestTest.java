package pqsigner.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pqsigner.events.Algorithm;
import pqsigner.gateway.ledger.RequestType;

class RequestDigestTest {

  private static final byte[] NOTHING = {};

  /// Computed with another program from the encoding in [RequestDigest]; a change here would turn
  /// every retry across a deployment into a conflict.
  @Test
  void theEncodingIsFixedForEver() {
    assertThat(hex(keyGeneration("customer-wallet-123")))
        .isEqualTo("7de350e29a6c5bbe1ade5ae4b3672fac2dd4dbe4b1b92f7e8191a27b97d2449f");
    assertThat(hex(sign("käufer", null, ascii("hello"), null, ascii("ctx"), null)))
        .isEqualTo("7b9f96f64cb117f5410a4c8823f6e6c1a69a5e95fc86a179c9bc6f205e1f9e97");
    byte[] mu = new byte[64];
    IntStream.range(0, 64).forEach(i -> mu[i] = (byte) i);
    assertThat(hex(sign("u", Algorithm.ML_DSA_87, null, mu, NOTHING, null)))
        .isEqualTo("e4eab33efacc58bfad67b314861c9c93abf2ca4b818a71fc7a2a24947e1e64d6");
  }

  @Test
  void theDeadlineAndTheIdAreNotContent() {
    WellFormedRequest one = sign("u", null, ascii("m"), null, NOTHING, null);
    WellFormedRequest two = sign("u", null, ascii("m"), null, NOTHING, Instant.EPOCH);
    WellFormedRequest three =
        new WellFormedRequest(
            RequestType.SIGN, "other-id", "u", null, ascii("m"), null, NOTHING, null);

    assertThat(hex(two)).isEqualTo(hex(one));
    assertThat(hex(three)).isEqualTo(hex(one));
  }

  @Test
  void aMessageOf64BytesIsNotAMu() {
    byte[] bytes = new byte[64];
    assertThat(hex(sign("u", null, bytes, null, NOTHING, null)))
        .isNotEqualTo(hex(sign("u", null, null, bytes, NOTHING, null)));
  }

  @Test
  void bytesDoNotMoveBetweenFields() {
    assertThat(hex(sign("ab", null, ascii("c"), null, NOTHING, null)))
        .isNotEqualTo(hex(sign("a", null, ascii("bc"), null, NOTHING, null)));
    assertThat(hex(sign("u", null, ascii("ab"), null, ascii("c"), null)))
        .isNotEqualTo(hex(sign("u", null, ascii("a"), null, ascii("bc"), null)));
  }

  @Test
  void twoRequestsHaveOneDigestOnlyIfTheyAreTheSame() {
    Random random = new Random(204);
    Map<String, String> seen = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      String user = "u".repeat(1 + random.nextInt(3));
      byte[] content = "m".repeat(random.nextInt(4)).getBytes(StandardCharsets.US_ASCII);
      boolean mu = random.nextBoolean();
      byte[] context = "m".repeat(random.nextInt(3)).getBytes(StandardCharsets.US_ASCII);
      Algorithm algorithm = random.nextBoolean() ? null : Algorithm.ML_DSA_44;
      String meaning = user + "|" + content.length + "|" + mu + "|" + context.length + algorithm;
      String digest =
          hex(sign(user, algorithm, mu ? null : content, mu ? content : null, context, null));

      assertThat(seen.computeIfAbsent(digest, _ -> meaning)).isEqualTo(meaning);
    }
    assertThat(seen).hasSize(3 * 4 * 2 * 3 * 2);
  }

  private static WellFormedRequest keyGeneration(String userId) {
    return new WellFormedRequest(
        RequestType.KEY_GENERATION, "id", userId, Algorithm.ML_DSA_44, null, null, NOTHING, null);
  }

  private static WellFormedRequest sign(
      String userId,
      @Nullable Algorithm algorithm,
      byte @Nullable [] message,
      byte @Nullable [] mu,
      byte[] context,
      @Nullable Instant deadline) {
    return new WellFormedRequest(
        RequestType.SIGN, "id", userId, algorithm, message, mu, context, deadline);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String hex(WellFormedRequest request) {
    return HexFormat.of().formatHex(RequestDigest.of(request));
  }
}
