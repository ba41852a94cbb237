package pqsigner.mldsa;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every verifier on public vectors, as far as it goes: with context, without, and with mu.
class EnginePairsTest {

  private static final SignatureVerifier CONSCRYPT =
      new ConscryptVerifier(Conscrypt.newProvider(), ConscryptContexts.find());
  private static final List<SignatureVerifier> ALL =
      List.of(new BouncyCastleVerifier(), CONSCRYPT, TestedVerifier.start());

  @ParameterizedTest
  @EnumSource
  void eachTakesTheKnownSignaturesAndNothingElse(ParameterSet set) throws Exception {
    int judged = 0;
    int contextsByConscrypt = 0;
    for (JsonNode group : groups(set, "sign_seed")) {
      byte[] publicKey = hex(group, "publicKey");
      for (JsonNode test : group.get("tests")) {
        SigningInput input = input(test);
        byte[] signature = hex(test, "sig");
        if (input == null || signature.length == 0) {
          continue;
        }
        for (SignatureVerifier verifier : ALL) {
          if (verifier.verifies(input)) {
            assertThat(verifier.verify(set, publicKey, input, signature)).isTrue();
            byte[] changed = signature.clone();
            changed[changed.length / 2] ^= 0x10;
            assertThat(verifier.verify(set, publicKey, input, changed)).isFalse();
            judged++;
            contextsByConscrypt += verifier == CONSCRYPT && hasContext(input) ? 1 : 0;
          }
        }
      }
    }
    assertThat(judged).isGreaterThan(150);
    assertThat(contextsByConscrypt).isPositive();
  }

  @ParameterizedTest
  @EnumSource(names = "ML_DSA_44")
  void eachJudgesAsTheVectorsDo(ParameterSet set) throws Exception {
    for (JsonNode group : groups(set, "verify")) {
      byte[] publicKey = hex(group, "publicKey");
      for (JsonNode test : group.get("tests")) {
        SigningInput input = input(test);
        if (input == null) {
          continue;
        }
        for (SignatureVerifier verifier : ALL) {
          if (verifier.verifies(input)) {
            assertThat(verifier.verify(set, publicKey, input, hex(test, "sig")))
                .as("tcId %s", test.get("tcId"))
                .isEqualTo(test.get("result").asString().equals("valid"));
          }
        }
      }
    }
  }

  private static boolean hasContext(SigningInput input) {
    return input instanceof SigningInput.Message(_, var context) && context.length > 0;
  }

  /// @return null where FIPS 204 has no such input: a context of 256 bytes
  private static @Nullable SigningInput input(JsonNode test) {
    byte[] context = hex(test, "ctx");
    if (context.length > SigningInput.CONTEXT_BYTES_MAX) {
      return null;
    }
    return test.has("msg")
        ? new SigningInput.Message(hex(test, "msg"), context)
        : new SigningInput.ExternalMu(hex(test, "mu"));
  }

  /// The files lie beside the checkout; without them a test is skipped and says so.
  private static JsonNode groups(ParameterSet set, String kind) throws Exception {
    String name = "mldsa_" + set.algorithm().substring(7) + "_" + kind + "_test.json";
    for (String up : List.of("../../shared/vectors", "../shared/vectors")) {
      Path file = Path.of(up, "wycheproof", name);
      if (Files.isReadable(file)) {
        return JsonMapper.shared().readTree(Files.readAllBytes(file)).get("testGroups");
      }
    }
    Optional<JsonNode> absent = Assumptions.abort("test vectors are absent: " + name);
    return absent.orElseThrow();
  }

  private static byte[] hex(JsonNode node, String field) {
    JsonNode value = node.get(field);
    return value == null || value.isNull()
        ? new byte[0]
        : HexFormat.of().parseHex(value.asString());
  }
}
