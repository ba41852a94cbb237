package pqsigner.enclave.signing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import pqsigner.enclave.secret.SecretBytes;

/// Known answers and a cross-check, before an engine is trusted with a key. The seed is 00 01 … 1f,
/// and the answers were also produced by the JDK's own ML-DSA.
final class SelfTest {
  private static final SigningInput INPUT =
      SigningInput.message("pq-signer self test".getBytes(US_ASCII));

  /// SHA-256 of the public key, and of the deterministic signature.
  private record Answer(String publicKey, String signature) {}

  private SelfTest() {}

  static void run(Level level, BouncyCastleMlDsaEngine complete, MlDsaEngine preferred)
      throws EngineException {
    Answer expected = expected(level);
    try (SecretBytes seed = SecretBytes.moved(fixedSeed());
        MlDsaEngine.SigningKey key = complete.open(level, seed);
        MlDsaEngine.SigningKey preferredKey = preferred.open(level, seed)) {
      byte[] publicKey = complete.publicKey(level, seed);
      require(expected.publicKey, publicKey);
      require(expected.signature, key.sign(INPUT, new Randomness.Deterministic()));

      Randomness hedged = new Randomness.Hedged(new SecureRandom());
      byte[] byComplete = key.sign(INPUT, hedged);
      byte[] byPreferred = preferredKey.sign(INPUT, hedged);
      requireDifferent(byComplete, key.sign(INPUT, hedged));
      requireDifferent(byPreferred, preferredKey.sign(INPUT, hedged));
      requireJudged(preferred, level, publicKey, byComplete);
      requireJudged(complete, level, publicKey, byPreferred);
    }
  }

  /// The engine takes the other's signature, and not with one bit changed.
  private static void requireJudged(
      MlDsaEngine verifier, Level level, byte[] publicKey, byte[] signature)
      throws EngineException {
    byte[] broken = signature.clone();
    broken[0] ^= 1;
    if (!verifier.verify(level, publicKey, INPUT, signature)
        || verifier.verify(level, publicKey, INPUT, broken)) {
      throw new EngineException("engines disagree about a signature");
    }
  }

  /// Two hedged signatures of one message are equal only when the randomness is missing.
  private static void requireDifferent(byte[] first, byte[] second) throws EngineException {
    if (Arrays.equals(first, second)) {
      throw new EngineException("hedged signing is not hedged");
    }
  }

  private static void require(String sha256, byte[] value) throws EngineException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(value);
      if (!HexFormat.of().formatHex(digest).equals(sha256)) {
        throw new EngineException("not the known answer");
      }
    } catch (NoSuchAlgorithmException e) {
      throw new EngineException("every JDK has SHA-256", e);
    }
  }

  private static byte[] fixedSeed() {
    byte[] seed = new byte[Level.SEED_BYTES];
    for (int i = 0; i < seed.length; i++) {
      seed[i] = (byte) i;
    }
    return seed;
  }

  private static Answer expected(Level level) {
    return switch (level) {
      case ML_DSA_44 ->
          new Answer(
              "9f107644c1084526af3bc8098680b05499a2325a644e388fb4f970e058d19d46",
              "7a4c96e58acd0468740439ef4c89977668e7914603a54ede499c16a650ab3df2");
      case ML_DSA_65 ->
          new Answer(
              "d666806e11cee19a7c989f7445f90dd419cf4d2d51db8c0fdb4c0f0a542238c9",
              "68732a74bf1f671f11ba4aea426898988bf3d5270981edea5ed9b4b82cdbfc0b");
      case ML_DSA_87 ->
          new Answer(
              "91dc389cfaa01470b7f66eee45a4ae9026d154817c754dfe22298b3fa241ffcd",
              "4123a424616d5f44544c9d887473304ce0490de3a93439578efa5a80e3e79a47");
    };
  }
}
