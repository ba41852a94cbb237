package pqsigner.mldsa;

import java.security.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithContext;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.conscrypt.Conscrypt;

/// Verifies by Conscrypt what it can and Bouncy Castle the rest. An engine is used only for what it
/// judged rightly in a test when this was made: known signatures, taken, and refused once changed.
/// Where Conscrypt's native code cannot be loaded at all, Bouncy Castle does everything.
public final class TestedVerifier implements SignatureVerifier {
  private final List<SignatureVerifier> verifiers;

  private TestedVerifier(List<SignatureVerifier> verifiers) {
    this.verifiers = List.copyOf(verifiers);
  }

  public static TestedVerifier start() {
    return choose(conscrypt());
  }

  /// @param preferred in order of preference; the first that passes is used
  static TestedVerifier choose(List<SignatureVerifier> preferred) {
    SignatureVerifier complete = new BouncyCastleVerifier();
    if (!passes(complete)) {
      throw new IllegalStateException("Bouncy Castle does not verify known signatures");
    }
    List<SignatureVerifier> chosen = new ArrayList<>();
    preferred.stream().filter(TestedVerifier::passes).findFirst().ifPresent(chosen::add);
    chosen.add(complete);
    return new TestedVerifier(chosen);
  }

  private static List<SignatureVerifier> conscrypt() {
    try {
      Provider provider = Conscrypt.newProvider();
      SignatureVerifier plain = new ConscryptVerifier(provider, Optional.empty());
      return ConscryptContexts.find()
          .<List<SignatureVerifier>>map(
              contexts -> List.of(new ConscryptVerifier(provider, Optional.of(contexts)), plain))
          .orElse(List.of(plain));
    } catch (LinkageError e) {
      return List.of();
    }
  }

  @Override
  public boolean verifies(SigningInput input) {
    return true;
  }

  @Override
  public boolean verify(ParameterSet set, byte[] publicKey, SigningInput input, byte[] signature) {
    return verifierOf(input).verify(set, publicKey, input, signature);
  }

  SignatureVerifier verifierOf(SigningInput input) {
    return verifiers.stream().filter(each -> each.verifies(input)).findFirst().orElseThrow();
  }

  /// Who verifies what, for a log.
  @Override
  public String toString() {
    SigningInput mu = new SigningInput.ExternalMu(new byte[SigningInput.MU_BYTES]);
    return "message="
        + nameOfVerifier(KnownAnswers.PLAIN)
        + " context="
        + nameOfVerifier(KnownAnswers.WITH_CONTEXT)
        + " mu="
        + nameOfVerifier(mu);
  }

  private String nameOfVerifier(SigningInput input) {
    return verifierOf(input).getClass().getSimpleName();
  }

  private static boolean passes(SignatureVerifier verifier) {
    try {
      for (ParameterSet set : ParameterSet.values()) {
        MLDSAPrivateKeyParameters key =
            new MLDSAPrivateKeyParameters(
                BouncyCastleVerifier.parameters(set), KnownAnswers.seed());
        byte[] publicKey = key.getPublicKey();
        KnownAnswers answers = KnownAnswers.of(set);
        byte[] plain = sign(key, (SigningInput.Message) KnownAnswers.PLAIN);
        byte[] withContext = sign(key, (SigningInput.Message) KnownAnswers.WITH_CONTEXT);
        boolean passed =
            KnownAnswers.is(answers.publicKey(), publicKey)
                && KnownAnswers.is(answers.plain(), plain)
                && KnownAnswers.is(answers.withContext(), withContext)
                && judges(verifier, set, publicKey, KnownAnswers.PLAIN, plain)
                && judges(verifier, set, publicKey, KnownAnswers.WITH_CONTEXT, withContext)
                && judges(verifier, set, publicKey, KnownAnswers.mu(publicKey), withContext);
        if (!passed) {
          return false;
        }
      }
      return true;
    } catch (CryptoException | RuntimeException | LinkageError e) {
      return false;
    }
  }

  private static boolean judges(
      SignatureVerifier verifier,
      ParameterSet set,
      byte[] publicKey,
      SigningInput input,
      byte[] signature) {
    return !verifier.verifies(input)
        || KnownAnswers.judges(verifier, set, publicKey, input, signature);
  }

  /// Deterministically, with a key that everybody has.
  private static byte[] sign(MLDSAPrivateKeyParameters key, SigningInput.Message input)
      throws CryptoException {
    MLDSASigner signer = new MLDSASigner();
    signer.init(true, new ParametersWithContext(key, input.context()));
    signer.update(input.message(), 0, input.message().length);
    return signer.generateSignature();
  }
}
