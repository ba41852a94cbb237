package pqsigner.mldsa;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Optional;

/// BoringSSL through Conscrypt: messages, with a context where this build can. It has no external
/// mu.
public class ConscryptVerifier implements SignatureVerifier {
  private final Provider conscrypt;
  private final Optional<ConscryptContexts> contexts;

  /// @param contexts how contexts are passed; empty leaves them to another engine
  public ConscryptVerifier(Provider conscrypt, Optional<ConscryptContexts> contexts) {
    this.conscrypt = conscrypt;
    this.contexts = contexts;
  }

  @Override
  public final boolean verifies(SigningInput input) {
    return input instanceof SigningInput.Message(_, var context)
        && (context.length == 0 || contexts.isPresent());
  }

  @Override
  public final boolean verify(
      ParameterSet set, byte[] publicKey, SigningInput input, byte[] signature) {
    if (!(input instanceof SigningInput.Message(var message, var context))) {
      throw new IllegalArgumentException("Conscrypt has no external mu");
    }
    if (publicKey.length != set.publicKeyBytes() || signature.length != set.signatureBytes()) {
      return false;
    }
    try {
      PublicKey key =
          KeyFactory.getInstance(set.algorithm(), conscrypt)
              .generatePublic(new RawKeySpec(publicKey));
      if (context.length > 0) {
        return contexts.orElseThrow().verify(key, message, context, signature);
      }
      Signature verifier = Signature.getInstance(set.algorithm(), conscrypt);
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
