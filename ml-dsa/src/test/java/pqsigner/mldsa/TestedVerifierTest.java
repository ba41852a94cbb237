package pqsigner.mldsa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TestedVerifierTest {

  private static final SignatureVerifier PLAIN_CONSCRYPT =
      new ConscryptVerifier(Conscrypt.newProvider(), Optional.empty());

  private static SigningInput mu() {
    return new SigningInput.ExternalMu(new byte[64]);
  }

  /// Says yes to everything about messages.
  private static final SignatureVerifier CREDULOUS = verifier((_, _, _, _) -> true);

  /// Verifies, and forgets the context.
  private static final SignatureVerifier CONTEXT_IGNORING =
      verifier(
          (set, publicKey, input, signature) ->
              PLAIN_CONSCRYPT.verify(
                  set,
                  publicKey,
                  SigningInput.message(((SigningInput.Message) input).message()),
                  signature));

  /// Verifies messages, and no context at all.
  private static final SignatureVerifier CONTEXT_REFUSING =
      verifier(
          (set, publicKey, input, signature) ->
              ((SigningInput.Message) input).context().length == 0
                  && PLAIN_CONSCRYPT.verify(set, publicKey, input, signature));

  private static final SignatureVerifier THROWING =
      verifier(
          (_, _, _, _) -> {
            throw new IllegalStateException("broken");
          });

  @FunctionalInterface
  private interface Judgement {
    boolean of(ParameterSet set, byte[] publicKey, SigningInput input, byte[] signature);
  }

  private static SignatureVerifier verifier(Judgement judgement) {
    return new SignatureVerifier() {
      @Override
      public boolean verifies(SigningInput input) {
        return input instanceof SigningInput.Message;
      }

      @Override
      public boolean verify(
          ParameterSet set, byte[] publicKey, SigningInput input, byte[] signature) {
        return judgement.of(set, publicKey, input, signature);
      }
    };
  }

  @Test
  void conscryptVerifiesMessagesAndBouncyCastleTheRest() {
    TestedVerifier verifier = TestedVerifier.start();
    assertThat(verifier.verifierOf(KnownAnswers.PLAIN)).isInstanceOf(ConscryptVerifier.class);
    assertThat(verifier.verifierOf(KnownAnswers.WITH_CONTEXT))
        .isInstanceOf(ConscryptVerifier.class);
    assertThat(verifier.verifierOf(mu())).isInstanceOf(BouncyCastleVerifier.class);
    assertThat(verifier)
        .hasToString("message=ConscryptVerifier context=ConscryptVerifier mu=BouncyCastleVerifier");
  }

  @Test
  void anEngineThatJudgesWronglyIsNotUsed() {
    for (SignatureVerifier wrong :
        List.of(CREDULOUS, CONTEXT_IGNORING, CONTEXT_REFUSING, THROWING)) {
      TestedVerifier verifier = TestedVerifier.choose(List.of(wrong));
      assertThat(verifier.verifierOf(KnownAnswers.PLAIN)).isInstanceOf(BouncyCastleVerifier.class);
    }
  }

  @Test
  void anEngineThatGetsContextsWrongIsUsedWithoutThem() {
    TestedVerifier verifier = TestedVerifier.choose(List.of(CONTEXT_IGNORING, PLAIN_CONSCRYPT));
    assertThat(verifier.verifierOf(KnownAnswers.PLAIN)).isSameAs(PLAIN_CONSCRYPT);
    assertThat(verifier.verifierOf(KnownAnswers.WITH_CONTEXT))
        .isInstanceOf(BouncyCastleVerifier.class);
  }

  @Test
  void withoutConscryptBouncyCastleVerifiesAll() {
    TestedVerifier verifier = TestedVerifier.choose(List.of());
    assertThat(verifier.verifierOf(KnownAnswers.PLAIN)).isInstanceOf(BouncyCastleVerifier.class);
  }

  @ParameterizedTest
  @EnumSource
  void malformedKeysAndSignaturesAreJustNotValid(ParameterSet set) {
    TestedVerifier verifier = TestedVerifier.start();
    byte[] key = new byte[set.publicKeyBytes()];
    byte[] signature = new byte[set.signatureBytes()];
    for (SigningInput input : List.of(KnownAnswers.PLAIN, KnownAnswers.WITH_CONTEXT, mu())) {
      assertThat(verifier.verify(set, key, input, signature)).isFalse();
      assertThat(verifier.verify(set, key, input, new byte[0])).isFalse();
      assertThat(verifier.verify(set, new byte[0], input, signature)).isFalse();
      assertThat(verifier.verify(set, key, input, new byte[signature.length + 1])).isFalse();
    }
  }
}
