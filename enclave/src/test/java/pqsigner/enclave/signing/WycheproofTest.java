package pqsigner.enclave.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.enclave.testing.Vectors;
import pqsigner.mldsa.ConscryptContexts;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.SigningInput;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Public vectors, for each engine as far as it goes.
class WycheproofTest {
  private static final BouncyCastleMlDsaEngine BOUNCY_CASTLE = new BouncyCastleMlDsaEngine();
  private static final ConscryptMlDsaEngine CONSCRYPT =
      new ConscryptMlDsaEngine(Conscrypt.newProvider(), ConscryptContexts.find());

  /// @param input null where FIPS 204 has no such input (a context of 256 bytes)
  private record SignVector(
      String name,
      byte[] seed,
      byte[] publicKey,
      @Nullable SigningInput input,
      Randomness randomness,
      byte[] signature,
      boolean valid) {}

  private record VerifyVector(
      String name,
      byte[] publicKey,
      @Nullable SigningInput input,
      byte[] signature,
      boolean valid) {}

  @ParameterizedTest
  @EnumSource
  void seedsGiveTheKnownKeysAndSignatures(ParameterSet set) throws Exception {
    int signed = 0;
    for (SignVector vector : signVectors(set)) {
      if (vector.seed.length != ParameterSet.SEED_BYTES || vector.input == null) {
        assertThat(vector.valid).as(vector.name).isFalse();
        continue;
      }
      assertThat(vector.valid).as(vector.name).isTrue();
      try (SecretBytes seed = SecretBytes.moved(vector.seed);
          MlDsaEngine.SigningKey key = BOUNCY_CASTLE.open(set, seed)) {
        assertThat(BOUNCY_CASTLE.publicKey(set, seed)).as(vector.name).isEqualTo(vector.publicKey);
        assertThat(key.sign(vector.input, vector.randomness))
            .as(vector.name)
            .isEqualTo(vector.signature);
      }
      signed++;
    }
    assertThat(signed).isGreaterThan(50);
  }

  @ParameterizedTest
  @EnumSource
  void bothEnginesTakeTheKnownSignatures(ParameterSet set) {
    for (SignVector vector : signVectors(set)) {
      if (vector.input == null || vector.publicKey.length == 0) {
        continue;
      }
      assertVerdict(BOUNCY_CASTLE, set, vector.publicKey, vector.input, vector.signature, true);
      if (CONSCRYPT.verifies(vector.input)) {
        assertVerdict(CONSCRYPT, set, vector.publicKey, vector.input, vector.signature, true);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void conscryptSignsUnderTheKnownKeys(ParameterSet set) throws Exception {
    Randomness hedged = new Randomness.Hedged(new SecureRandom());
    int withContext = 0;
    for (SignVector vector : signVectors(set)) {
      if (vector.seed.length != ParameterSet.SEED_BYTES
          || vector.input == null
          || !CONSCRYPT.signs(vector.input, hedged)) {
        continue;
      }
      try (SecretBytes seed = SecretBytes.moved(vector.seed);
          MlDsaEngine.SigningKey key = CONSCRYPT.open(set, seed)) {
        byte[] signature = key.sign(vector.input, hedged);
        assertVerdict(BOUNCY_CASTLE, set, vector.publicKey, vector.input, signature, true);
      }
      if (vector.input instanceof SigningInput.Message(_, var context) && context.length > 0) {
        withContext++;
      }
    }
    assertThat(withContext).isPositive();
  }

  @ParameterizedTest
  @EnumSource(names = "ML_DSA_44")
  void bothEnginesJudgeAsTheVectorsDo(ParameterSet set) {
    List<VerifyVector> vectors = verifyVectors(set);
    assertThat(vectors).hasSizeGreaterThan(150);
    for (VerifyVector vector : vectors) {
      SigningInput input = vector.input;
      if (input == null) {
        assertThat(vector.valid).as(vector.name).isFalse();
        continue;
      }
      assertThat(BOUNCY_CASTLE.verify(set, vector.publicKey, input, vector.signature))
          .as(vector.name)
          .isEqualTo(vector.valid);
      if (CONSCRYPT.verifies(input)) {
        assertThat(CONSCRYPT.verify(set, vector.publicKey, input, vector.signature))
            .as(vector.name)
            .isEqualTo(vector.valid);
      }
    }
  }

  private static void assertVerdict(
      MlDsaEngine engine,
      ParameterSet set,
      byte[] publicKey,
      SigningInput input,
      byte[] signature,
      boolean valid) {
    assertThat(engine.verify(set, publicKey, input, signature)).isEqualTo(valid);
    byte[] changed = signature.clone();
    changed[changed.length / 2] ^= 0x10;
    assertThat(engine.verify(set, publicKey, input, changed)).isFalse();
  }

  private static List<SignVector> signVectors(ParameterSet set) {
    List<SignVector> vectors = new ArrayList<>();
    for (JsonNode group : groups(set, "sign_seed")) {
      for (JsonNode test : group.get("tests")) {
        vectors.add(
            new SignVector(
                name(test),
                hex(group, "privateSeed"),
                hex(group, "publicKey"),
                input(test),
                randomness(test),
                hex(test, "sig"),
                test.get("result").asString().equals("valid")));
      }
    }
    return vectors;
  }

  private static List<VerifyVector> verifyVectors(ParameterSet set) {
    List<VerifyVector> vectors = new ArrayList<>();
    for (JsonNode group : groups(set, "verify")) {
      for (JsonNode test : group.get("tests")) {
        vectors.add(
            new VerifyVector(
                name(test),
                hex(group, "publicKey"),
                input(test),
                hex(test, "sig"),
                test.get("result").asString().equals("valid")));
      }
    }
    return vectors;
  }

  private static JsonNode groups(ParameterSet set, String kind) {
    String number = set.algorithm().substring(7);
    byte[] json = Vectors.read("wycheproof/mldsa_" + number + "_" + kind + "_test.json");
    return JsonMapper.shared().readTree(json).get("testGroups");
  }

  private static @Nullable SigningInput input(JsonNode test) {
    byte[] context = hex(test, "ctx");
    if (context.length > 255) {
      return null;
    }
    return test.has("msg")
        ? new SigningInput.Message(hex(test, "msg"), context)
        : new SigningInput.ExternalMu(hex(test, "mu"));
  }

  private static Randomness randomness(JsonNode test) {
    byte[] rnd = hex(test, "rnd");
    return rnd.length == 0
        ? new Randomness.Deterministic()
        : new Randomness.Hedged(
            new SecureRandom() {
              @Override
              public void nextBytes(byte[] bytes) {
                System.arraycopy(rnd, 0, bytes, 0, rnd.length);
              }
            });
  }

  private static String name(JsonNode test) {
    return "tcId " + test.get("tcId").asInt() + " " + test.get("comment").asString();
  }

  private static byte[] hex(JsonNode node, String field) {
    JsonNode value = node.get(field);
    return value == null || value.isNull()
        ? new byte[0]
        : Arrays.copyOf(HexFormat.of().parseHex(value.asString()), value.asString().length() / 2);
  }
}
