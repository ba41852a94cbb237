package pqsigner.enclave.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.enclave.secret.Sweeper;
import pqsigner.mldsa.ConscryptContexts;
import pqsigner.mldsa.KnownAnswers;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.SigningInput;
import pqsigner.protocol.Refusal;

class EnginesTest {
  private static final Sweeper SWEEPER = new Sweeper(Duration.ofHours(1));
  private static final BouncyCastleMlDsaEngine BOUNCY_CASTLE = new BouncyCastleMlDsaEngine();
  private static final ConscryptMlDsaEngine CONSCRYPT =
      new ConscryptMlDsaEngine(Conscrypt.newProvider(), ConscryptContexts.find());
  private static final ConscryptMlDsaEngine WITHOUT_CONTEXTS =
      new ConscryptMlDsaEngine(Conscrypt.newProvider(), Optional.empty());
  private static final Randomness HEDGED = new Randomness.Hedged(new SecureRandom());
  private static final SigningInput PLAIN = SigningInput.message("m".getBytes(UTF_8));
  private static final SigningInput WITH_CONTEXT =
      new SigningInput.Message("m".getBytes(UTF_8), "c".getBytes(UTF_8));
  private static final SigningInput OTHER_CONTEXT =
      new SigningInput.Message("m".getBytes(UTF_8), "d".getBytes(UTF_8));
  private static final MlDsaEngine[] ENGINES = {BOUNCY_CASTLE, CONSCRYPT};
  private static final SigningInput MU = new SigningInput.ExternalMu(new byte[64]);

  private static SecretBytes seed() {
    return SecretBytes.random(32, new SecureRandom());
  }

  @Test
  void conscryptSignsMessagesAndBouncyCastleTheRest() throws EngineException {
    MlDsaEngines engines = engines(HEDGED);
    assertThat(engines.preferredSigns(PLAIN)).isTrue();
    assertThat(engines.preferredSigns(WITH_CONTEXT)).isTrue();
    assertThat(engines.preferredSigns(MU)).isFalse();
    MlDsaEngines deterministic = engines(new Randomness.Deterministic());
    assertThat(deterministic.preferredSigns(PLAIN)).isFalse();
    assertThat(deterministic.preferredSigns(WITH_CONTEXT)).isFalse();
  }

  @Test
  void theEngineThatDidNotSignVerifiesWhereItCan() throws EngineException {
    MlDsaEngines hedged = engines(HEDGED);
    assertThat(hedged.verifierOf(PLAIN)).isInstanceOf(BouncyCastleMlDsaEngine.class);
    assertThat(hedged.verifierOf(WITH_CONTEXT)).isInstanceOf(BouncyCastleMlDsaEngine.class);
    assertThat(hedged.verifierOf(MU)).isInstanceOf(BouncyCastleMlDsaEngine.class);
    MlDsaEngines deterministic = engines(new Randomness.Deterministic());
    assertThat(deterministic.verifierOf(PLAIN)).isInstanceOf(ConscryptMlDsaEngine.class);
    assertThat(deterministic.verifierOf(WITH_CONTEXT)).isInstanceOf(ConscryptMlDsaEngine.class);
  }

  /// A Conscrypt whose methods that pass contexts mean something else: Bouncy Castle takes the
  /// contexts, nothing else changes.
  @Test
  void withoutContextsInConscryptBouncyCastleSignsThem() throws Exception {
    MlDsaEngine engine = passing(new ContextIgnoringEngine(), WITHOUT_CONTEXTS);
    assertThat(engine).isSameAs(WITHOUT_CONTEXTS);
    MlDsaEngines engines = new MlDsaEngines(engine, BOUNCY_CASTLE, HEDGED, SWEEPER);

    assertThat(engines.preferredSigns(PLAIN)).isTrue();
    assertThat(engines.preferredSigns(WITH_CONTEXT)).isFalse();
    assertThat(engines.verifierOf(WITH_CONTEXT)).isInstanceOf(BouncyCastleMlDsaEngine.class);
    SecretBytes seed = seed();
    byte[] publicKey = BOUNCY_CASTLE.publicKey(ParameterSet.ML_DSA_44, seed);
    try (SigningSession session = engines.open(ParameterSet.ML_DSA_44, publicKey, seed)) {
      byte[] signature = session.sign(WITH_CONTEXT);
      assertThat(BOUNCY_CASTLE.verify(ParameterSet.ML_DSA_44, publicKey, WITH_CONTEXT, signature))
          .isTrue();
    }
  }

  @Test
  void contextsThatGoAstrayFailTheTest() {
    assertThatThrownBy(
            () -> SelfTest.run(ParameterSet.ML_DSA_44, BOUNCY_CASTLE, new ContextIgnoringEngine()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("disagree");
  }

  @ParameterizedTest
  @EnumSource
  void theJdkAgreesWithBothEngines(ParameterSet set) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("ML-DSA", "SUN");
    byte[] fixed = new byte[32];
    new SecureRandom().nextBytes(fixed);
    generator.initialize(
        new NamedParameterSpec(set.algorithm()),
        new SecureRandom() {
          @Override
          public void nextBytes(byte[] bytes) {
            System.arraycopy(fixed, 0, bytes, 0, bytes.length);
          }
        });
    KeyPair jdk = generator.generateKeyPair();
    byte[] spki = jdk.getPublic().getEncoded();

    try (SecretBytes seed = SecretBytes.moved(fixed.clone());
        MlDsaEngine.SigningKey bouncyCastle = BOUNCY_CASTLE.open(set, seed);
        MlDsaEngine.SigningKey conscrypt = CONSCRYPT.open(set, seed)) {
      byte[] publicKey = BOUNCY_CASTLE.publicKey(set, seed);
      assertThat(Arrays.copyOfRange(spki, 22, spki.length)).isEqualTo(publicKey);

      Signature signer = Signature.getInstance("ML-DSA", "SUN");
      signer.initSign(jdk.getPrivate());
      signer.update("m".getBytes(UTF_8));
      byte[] byJdk = signer.sign();
      assertThat(BOUNCY_CASTLE.verify(set, publicKey, PLAIN, byJdk)).isTrue();
      assertThat(CONSCRYPT.verify(set, publicKey, PLAIN, byJdk)).isTrue();

      for (MlDsaEngine.SigningKey key : Set.of(bouncyCastle, conscrypt)) {
        Signature verifier = Signature.getInstance("ML-DSA", "SUN");
        verifier.initVerify(jdk.getPublic());
        verifier.update("m".getBytes(UTF_8));
        assertThat(verifier.verify(key.sign(PLAIN, HEDGED))).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void malformedKeysAndSignaturesAreJustNotValid(ParameterSet set) throws Exception {
    try (SecretBytes seed = seed();
        MlDsaEngine.SigningKey key = BOUNCY_CASTLE.open(set, seed)) {
      byte[] publicKey = BOUNCY_CASTLE.publicKey(set, seed);
      byte[] signature = key.sign(PLAIN, HEDGED);
      for (MlDsaEngine engine : ENGINES) {
        for (int change : new int[] {-1, 1}) {
          byte[] otherLength = Arrays.copyOf(signature, signature.length + change);
          assertThat(engine.verify(set, publicKey, PLAIN, otherLength)).isFalse();
          byte[] otherKey = Arrays.copyOf(publicKey, publicKey.length + change);
          assertThat(engine.verify(set, otherKey, PLAIN, signature)).isFalse();
        }
        assertThat(engine.verify(set, new byte[0], PLAIN, signature)).isFalse();
        assertThat(engine.verify(set, publicKey, PLAIN, new byte[0])).isFalse();
        assertThat(engine.verify(set, new byte[publicKey.length], PLAIN, signature)).isFalse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aContextChangesTheSignature(ParameterSet set) throws Exception {
    SigningInput longest = new SigningInput.Message(new byte[65_536], new byte[255]);
    for (MlDsaEngine signer : ENGINES) {
      try (SecretBytes seed = seed();
          MlDsaEngine.SigningKey key = signer.open(set, seed)) {
        byte[] publicKey = BOUNCY_CASTLE.publicKey(set, seed);
        byte[] signature = key.sign(WITH_CONTEXT, HEDGED);
        byte[] ofLongest = key.sign(longest, HEDGED);
        for (MlDsaEngine verifier : ENGINES) {
          assertThat(verifier.verify(set, publicKey, WITH_CONTEXT, signature)).isTrue();
          assertThat(verifier.verify(set, publicKey, OTHER_CONTEXT, signature)).isFalse();
          assertThat(verifier.verify(set, publicKey, PLAIN, signature)).isFalse();
          assertThat(verifier.verify(set, publicKey, longest, ofLongest)).isTrue();
          assertThat(verifier.verify(set, publicKey, WITH_CONTEXT, new byte[7])).isFalse();
        }
      }
    }
  }

  @Test
  void aSeedOfAnotherKeyIsARejectedRecordAndNothingComesOut() throws Exception {
    try (SecretBytes right = seed()) {
      byte[] registered = BOUNCY_CASTLE.publicKey(ParameterSet.ML_DSA_65, right);
      for (SigningInput input : new SigningInput[] {PLAIN, WITH_CONTEXT, MU}) {
        try (SigningSession session =
            engines(HEDGED).open(ParameterSet.ML_DSA_65, registered, seed())) {
          assertThatThrownBy(() -> session.sign(input))
              .isInstanceOfSatisfying(
                  RefusedException.class,
                  e -> assertThat(e.refusal()).isEqualTo(Refusal.KEY_RECORD_REJECTED));
        }
      }
    }
  }

  @Test
  void aSignatureThatDoesNotVerifyIsAFaultOfTheEngine() {
    MlDsaEngines engines =
        new MlDsaEngines(new FaultyEngine(CONSCRYPT), BOUNCY_CASTLE, HEDGED, SWEEPER);
    SecretBytes seed = seed();
    byte[] registered = BOUNCY_CASTLE.publicKey(ParameterSet.ML_DSA_44, seed);
    try (SigningSession session = engines.open(ParameterSet.ML_DSA_44, registered, seed)) {
      assertThatThrownBy(() -> session.sign(PLAIN)).isInstanceOf(EngineException.class);
    }
  }

  @Test
  void anEngineThatFailsItsTestIsNeverUsed() {
    assertThatThrownBy(
            () -> SelfTest.run(ParameterSet.ML_DSA_44, BOUNCY_CASTLE, new FaultyEngine(CONSCRYPT)))
        .isInstanceOf(EngineException.class);
    assertThatThrownBy(
            () -> SelfTest.run(ParameterSet.ML_DSA_44, BOUNCY_CASTLE, new UnhedgedEngine()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("hedged");
  }

  /// What only the known answers can tell: signatures that are wrong where nobody judges them.
  @Test
  void eachKindOfInputHasItsKnownAnswer() {
    for (SigningInput input : List.of(KnownAnswers.WITH_CONTEXT, KnownAnswers.PLAIN, MU)) {
      assertThatThrownBy(() -> test(new AstrayEngine(input, Randomness.Deterministic.class)))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("known answer");
    }
  }

  /// What only the engine's own judgement can tell: Conscrypt knows no external mu.
  @Test
  void whatOneEngineAloneSignsItJudgesItself() {
    assertThatThrownBy(() -> test(new AstrayEngine(MU, Randomness.Hedged.class)))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("disagree");
  }

  @Test
  void anEngineThatTakesEverySignatureFailsTheTest() {
    assertThatThrownBy(() -> passing(new CredulousEngine()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("disagree");
  }

  private static void test(BouncyCastleMlDsaEngine fallback) throws EngineException {
    SelfTest.run(ParameterSet.ML_DSA_44, fallback, CONSCRYPT);
  }

  private static MlDsaEngine passing(MlDsaEngine... candidates) throws EngineException {
    return MlDsaEngines.passing(
        EnumSet.of(ParameterSet.ML_DSA_44), BOUNCY_CASTLE, List.of(candidates));
  }

  @Test
  void closingASessionClosesItsSeed() throws Exception {
    SecretBytes seed = seed();
    engines(HEDGED).open(ParameterSet.ML_DSA_44, new byte[1312], seed).close();
    assertThatThrownBy(() -> seed.expose(bytes -> bytes.length))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void nothingSecretIsInAnyText() throws Exception {
    try (SecretBytes seed = seed();
        MlDsaEngine.SigningKey bouncyCastle = BOUNCY_CASTLE.open(ParameterSet.ML_DSA_44, seed);
        MlDsaEngine.SigningKey conscrypt = CONSCRYPT.open(ParameterSet.ML_DSA_44, seed)) {
      assertThat(bouncyCastle).hasToString("BouncyCastleKey");
      assertThat(conscrypt).hasToString("ConscryptKey");
      assertThat(HEDGED).hasToString("Hedged");
    }
  }

  private static MlDsaEngines engines(Randomness randomness) throws EngineException {
    return MlDsaEngines.selfTested(
        EnumSet.of(ParameterSet.ML_DSA_44), Conscrypt.newProvider(), randomness, SWEEPER);
  }

  /// Signs something else, for one kind of input and of randomness.
  private static final class AstrayEngine extends BouncyCastleMlDsaEngine {
    private final SigningInput input;
    private final Class<? extends Randomness> kind;

    AstrayEngine(SigningInput input, Class<? extends Randomness> kind) {
      this.input = input;
      this.kind = kind;
    }

    @Override
    public SigningKey open(ParameterSet set, SecretBytes seed) {
      SigningKey key = super.open(set, seed);
      return new SigningKey() {
        @Override
        public byte[] sign(SigningInput given, Randomness randomness) throws EngineException {
          boolean astray = kind.isInstance(randomness) && isMeant(given);
          return key.sign(astray ? OTHER_CONTEXT : given, randomness);
        }

        @Override
        public void close() {
          key.close();
        }
      };
    }

    /// Every mu is, since it depends on the key.
    private boolean isMeant(SigningInput given) {
      return input instanceof SigningInput.ExternalMu
          ? given instanceof SigningInput.ExternalMu
          : given.equals(input);
    }
  }

  /// Signs well, and takes every signature for a good one.
  private static final class CredulousEngine implements MlDsaEngine {
    @Override
    public boolean signs(SigningInput input, Randomness randomness) {
      return CONSCRYPT.signs(input, randomness);
    }

    @Override
    public boolean verifies(SigningInput input) {
      return CONSCRYPT.verifies(input);
    }

    @Override
    public SigningKey open(ParameterSet set, SecretBytes seed) throws EngineException {
      return CONSCRYPT.open(set, seed);
    }

    @Override
    public boolean verify(
        ParameterSet set, byte[] publicKey, SigningInput input, byte[] signature) {
      return true;
    }
  }

  /// What a build of Conscrypt looks like whose context goes nowhere.
  private static final class ContextIgnoringEngine implements MlDsaEngine {
    @Override
    public boolean signs(SigningInput input, Randomness randomness) {
      return input instanceof SigningInput.Message;
    }

    @Override
    public boolean verifies(SigningInput input) {
      return input instanceof SigningInput.Message;
    }

    @Override
    public SigningKey open(ParameterSet set, SecretBytes seed) throws EngineException {
      SigningKey key = WITHOUT_CONTEXTS.open(set, seed);
      return new SigningKey() {
        @Override
        public byte[] sign(SigningInput input, Randomness randomness) throws EngineException {
          return key.sign(withoutContext(input), randomness);
        }

        @Override
        public void close() {
          key.close();
        }
      };
    }

    @Override
    public boolean verify(
        ParameterSet set, byte[] publicKey, SigningInput input, byte[] signature) {
      return WITHOUT_CONTEXTS.verify(set, publicKey, withoutContext(input), signature);
    }

    private static SigningInput withoutContext(SigningInput input) {
      return SigningInput.message(((SigningInput.Message) input).message());
    }
  }

  /// What an engine looks like that signs deterministically without saying so.
  private static final class UnhedgedEngine implements MlDsaEngine {
    @Override
    public boolean signs(SigningInput input, Randomness randomness) {
      return true;
    }

    @Override
    public boolean verifies(SigningInput input) {
      return true;
    }

    @Override
    public SigningKey open(ParameterSet set, SecretBytes seed) {
      SigningKey key = BOUNCY_CASTLE.open(set, seed);
      return new SigningKey() {
        @Override
        public byte[] sign(SigningInput input, Randomness randomness) throws EngineException {
          return key.sign(input, new Randomness.Deterministic());
        }

        @Override
        public void close() {
          key.close();
        }
      };
    }

    @Override
    public boolean verify(
        ParameterSet set, byte[] publicKey, SigningInput input, byte[] signature) {
      return BOUNCY_CASTLE.verify(set, publicKey, input, signature);
    }
  }
}
