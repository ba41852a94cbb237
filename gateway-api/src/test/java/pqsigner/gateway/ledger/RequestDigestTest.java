package pqsigner.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pqsigner.events.Algorithm;

class RequestDigestTest {

  private static final byte[] NOTHING = {};

  /// Computed with another program from the encoding in [RequestContent#digest]; a change here
  /// would turn every retry across a deployment into a conflict.
  @Test
  void theEncodingIsFixedForEver() {
    assertThat(hex(keyGeneration("customer-wallet-123")))
        .isEqualTo("7de350e29a6c5bbe1ade5ae4b3672fac2dd4dbe4b1b92f7e8191a27b97d2449f");
    assertThat(hex(sign("käufer", null, ascii("hello"), null, ascii("ctx"))))
        .isEqualTo("7b9f96f64cb117f5410a4c8823f6e6c1a69a5e95fc86a179c9bc6f205e1f9e97");
    byte[] mu = new byte[64];
    IntStream.range(0, 64).forEach(i -> mu[i] = (byte) i);
    assertThat(hex(sign("u", Algorithm.ML_DSA_87, null, mu, NOTHING)))
        .isEqualTo("e4eab33efacc58bfad67b314861c9c93abf2ca4b818a71fc7a2a24947e1e64d6");
  }

  @Test
  void aVersionThatIsAskedForIsPartOfTheRequestAndNoneIsNot() {
    byte[] mu = new byte[64];
    IntStream.range(0, 64).forEach(i -> mu[i] = (byte) i);
    RequestContent content = RequestContent.toSign(null, mu, NOTHING);

    assertThat(hex(content.digest(RequestType.SIGN, "u", Algorithm.ML_DSA_87, 0)))
        .isEqualTo("e4eab33efacc58bfad67b314861c9c93abf2ca4b818a71fc7a2a24947e1e64d6");
    assertThat(hex(content.digest(RequestType.SIGN, "u", Algorithm.ML_DSA_87, 1)))
        .isEqualTo("b906c1c1464e4ccff591990cd5ce10082f833148d2c20ef7e921900dd4054bbe");
    assertThat(hex(content.digest(RequestType.SIGN, "u", Algorithm.ML_DSA_87, 256)))
        .isEqualTo("f815e81b62d477dc3427b26847672d9753cc4d14fb3b208a9e5d97b531b2b466");
  }

  @Test
  void aMessageOf64BytesIsNotAMu() {
    byte[] bytes = new byte[64];
    assertThat(hex(sign("u", null, bytes, null, NOTHING)))
        .isNotEqualTo(hex(sign("u", null, null, bytes, NOTHING)));
  }

  @Test
  void bytesDoNotMoveBetweenFields() {
    assertThat(hex(sign("ab", null, ascii("c"), null, NOTHING)))
        .isNotEqualTo(hex(sign("a", null, ascii("bc"), null, NOTHING)));
    assertThat(hex(sign("u", null, ascii("ab"), null, ascii("c"))))
        .isNotEqualTo(hex(sign("u", null, ascii("a"), null, ascii("bc"))));
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
      String digest = hex(sign(user, algorithm, mu ? null : content, mu ? content : null, context));

      assertThat(seen.computeIfAbsent(digest, _ -> meaning)).isEqualTo(meaning);
    }
    assertThat(seen).hasSize(3 * 4 * 2 * 3 * 2);
  }

  private static byte[] keyGeneration(String userId) {
    return RequestContent.toGenerate(null)
        .digest(RequestType.KEY_GENERATION, userId, Algorithm.ML_DSA_44, 0);
  }

  private static byte[] sign(
      String userId,
      @Nullable Algorithm algorithm,
      byte @Nullable [] message,
      byte @Nullable [] mu,
      byte[] context) {
    return RequestContent.toSign(message, mu, context)
        .digest(RequestType.SIGN, userId, algorithm, 0);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }
}
