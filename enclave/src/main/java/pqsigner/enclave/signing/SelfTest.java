package pqsigner.enclave.signing;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.mldsa.KnownAnswers;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.SignatureVerifier;
import pqsigner.mldsa.SigningInput;

/// Before an engine is trusted with a key: known answers for each kind of input, and each engine's
/// signatures judged by the other wherever it can.
final class SelfTest {
  private static final Randomness HEDGED = new Randomness.Hedged(new SecureRandom());

  private final ParameterSet set;
  private final BouncyCastleMlDsaEngine fallback;
  private final MlDsaEngine preferred;
  private final byte[] publicKey;

  private SelfTest(
      ParameterSet set, BouncyCastleMlDsaEngine fallback, MlDsaEngine preferred, byte[] publicKey) {
    this.set = set;
    this.fallback = fallback;
    this.preferred = preferred;
    this.publicKey = publicKey;
  }

  static void run(ParameterSet set, BouncyCastleMlDsaEngine fallback, MlDsaEngine preferred)
      throws EngineException {
    try (SecretBytes seed = SecretBytes.moved(KnownAnswers.seed());
        MlDsaEngine.SigningKey key = fallback.open(set, seed);
        MlDsaEngine.SigningKey preferredKey = preferred.open(set, seed)) {
      byte[] publicKey = fallback.publicKey(set, seed);
      SelfTest test = new SelfTest(set, fallback, preferred, publicKey);
      test.knownAnswers(key);
      SigningInput mu = KnownAnswers.mu(publicKey);
      for (SigningInput input : List.of(KnownAnswers.PLAIN, KnownAnswers.WITH_CONTEXT, mu)) {
        test.crossCheck(input, key, preferredKey);
      }
    }
  }

  private void knownAnswers(MlDsaEngine.SigningKey key) throws EngineException {
    Randomness none = new Randomness.Deterministic();
    KnownAnswers answers = KnownAnswers.of(set);
    require(answers.publicKey(), publicKey);
    require(answers.plain(), key.sign(KnownAnswers.PLAIN, none));
    require(answers.withContext(), key.sign(KnownAnswers.WITH_CONTEXT, none));
    require(answers.withContext(), key.sign(KnownAnswers.mu(publicKey), none));
  }

  private void crossCheck(
      SigningInput input, MlDsaEngine.SigningKey key, MlDsaEngine.SigningKey preferredKey)
      throws EngineException {
    byte[] byFallback = hedged(key, input);
    requireJudged(fallback, input, byFallback);
    if (preferred.verifies(input)) {
      requireJudged(preferred, input, byFallback);
    }
    if (preferred.signs(input, HEDGED)) {
      requireJudged(fallback, input, hedged(preferredKey, input));
    }
  }

  /// Two hedged signatures of one message are equal only when the randomness is missing.
  private static byte[] hedged(MlDsaEngine.SigningKey key, SigningInput input)
      throws EngineException {
    byte[] signature = key.sign(input, HEDGED);
    if (Arrays.equals(signature, key.sign(input, HEDGED))) {
      throw new EngineException("hedged signing is not hedged");
    }
    return signature;
  }

  private void requireJudged(SignatureVerifier verifier, SigningInput input, byte[] signature)
      throws EngineException {
    if (!KnownAnswers.judges(verifier, set, publicKey, input, signature)) {
      throw new EngineException("engines disagree about a signature");
    }
  }

  private static void require(String sha256, byte[] value) throws EngineException {
    if (!KnownAnswers.is(sha256, value)) {
      throw new EngineException("not the known answer");
    }
  }
}
