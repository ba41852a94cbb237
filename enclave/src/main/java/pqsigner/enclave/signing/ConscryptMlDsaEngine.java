package pqsigner.enclave.signing;

import java.lang.ref.Reference;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.util.Optional;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.mldsa.ConscryptContexts;
import pqsigner.mldsa.ConscryptVerifier;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.RawKeySpec;
import pqsigner.mldsa.SigningInput;

/// BoringSSL through Conscrypt: hedged signatures over a message, with a context where this build
/// can. The expanded key never is on the heap. Its `rnd` is BoringSSL's own, out of the kernel's
/// pool, into which the NSM's randomness was mixed at boot.
///
/// The native key is freed, and zeroed by that, when the collector finds its Java shell: Conscrypt
/// offers no way to do it sooner. The [pqsigner.enclave.secret.Sweeper] sees to it that the
/// collector comes.
public final class ConscryptMlDsaEngine extends ConscryptVerifier implements MlDsaEngine {
  private final Provider conscrypt;
  private final Optional<ConscryptContexts> contexts;

  /// @param contexts how contexts are passed; empty leaves them to another engine
  public ConscryptMlDsaEngine(Provider conscrypt, Optional<ConscryptContexts> contexts) {
    super(conscrypt, contexts);
    this.conscrypt = conscrypt;
    this.contexts = contexts;
  }

  @Override
  public boolean signs(SigningInput input, Randomness randomness) {
    return randomness instanceof Randomness.Hedged && verifies(input);
  }

  @Override
  public SigningKey open(ParameterSet set, SecretBytes seed) throws EngineException {
    try {
      KeyFactory factory = KeyFactory.getInstance(set.algorithm(), conscrypt);
      return new Key(
          set,
          seed.expose(bytes -> factory.generatePrivate(new RawKeySpec(bytes))),
          conscrypt,
          contexts);
    } catch (GeneralSecurityException e) {
      throw new EngineException("Conscrypt rejected the seed", e);
    }
  }

  private record Key(
      ParameterSet set, PrivateKey key, Provider conscrypt, Optional<ConscryptContexts> contexts)
      implements SigningKey {
    @Override
    public byte[] sign(SigningInput input, Randomness randomness) throws EngineException {
      if (!(randomness instanceof Randomness.Hedged)
          || !(input instanceof SigningInput.Message(var message, var context))) {
        throw new IllegalArgumentException("Conscrypt signs only messages, and only hedged");
      }
      try {
        return context.length == 0
            ? sign(message)
            : contexts.orElseThrow().sign(key, message, context);
      } catch (GeneralSecurityException e) {
        throw new EngineException("Conscrypt did not sign", e);
      } finally {
        Reference.reachabilityFence(key);
      }
    }

    private byte[] sign(byte[] message) throws GeneralSecurityException {
      Signature signer = Signature.getInstance(set.algorithm(), conscrypt);
      signer.initSign(key);
      signer.update(message);
      return signer.sign();
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
      return "ConscryptKey";
    }
  }
}
