package pqsigner.enclave.signing;

import java.lang.ref.Reference;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.EncodedKeySpec;
import pqsigner.enclave.secret.SecretBytes;

/// BoringSSL through Conscrypt: hedged signatures over a message with an empty context. The
/// expanded key never is on the heap. Its `rnd` is BoringSSL's own, out of the kernel's pool, into
/// which the NSM's randomness was mixed at boot.
///
/// The native key is freed, and zeroed by that, when the collector finds its Java shell: Conscrypt
/// offers no way to do it sooner. The [pqsigner.enclave.secret.Sweeper] sees to it that the
/// collector comes.
public final class ConscryptMlDsaEngine implements MlDsaEngine {
  private final Provider conscrypt;

  public ConscryptMlDsaEngine(Provider conscrypt) {
    this.conscrypt = conscrypt;
  }

  @Override
  public boolean signs(SigningInput input, Randomness randomness) {
    return randomness instanceof Randomness.Hedged && verifies(input);
  }

  @Override
  public boolean verifies(SigningInput input) {
    return input instanceof SigningInput.Message message && message.context().length == 0;
  }

  @Override
  public SigningKey open(Level level, SecretBytes seed) throws EngineException {
    try {
      KeyFactory factory = KeyFactory.getInstance(level.algorithm(), conscrypt);
      return new Key(
          level, seed.expose(bytes -> factory.generatePrivate(new RawKey(bytes))), conscrypt);
    } catch (GeneralSecurityException e) {
      throw new EngineException("Conscrypt did not take the seed", e);
    }
  }

  @Override
  public boolean verify(Level level, byte[] publicKey, SigningInput input, byte[] signature) {
    if (publicKey.length != level.publicKeyBytes() || signature.length != level.signatureBytes()) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance(level.algorithm(), conscrypt);
      verifier.initVerify(
          KeyFactory.getInstance(level.algorithm(), conscrypt)
              .generatePublic(new RawKey(publicKey)));
      verifier.update(message(input));
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static byte[] message(SigningInput input) {
    if (input instanceof SigningInput.Message(var message, var context) && context.length == 0) {
      return message;
    }
    throw new IllegalArgumentException("Conscrypt has neither contexts nor external mu");
  }

  /// Key bytes in Conscrypt's "raw" format. The superclass would copy the array twice, and nobody
  /// could zero these copies.
  private static final class RawKey extends EncodedKeySpec {
    private final byte[] bytes;

    RawKey(byte[] bytes) {
      super(new byte[0]);
      this.bytes = bytes;
    }

    @Override
    public byte[] getEncoded() {
      return bytes;
    }

    @Override
    public String getFormat() {
      return "raw";
    }
  }

  private record Key(Level level, PrivateKey key, Provider conscrypt) implements SigningKey {
    @Override
    public byte[] sign(SigningInput input, Randomness randomness) throws EngineException {
      if (!(randomness instanceof Randomness.Hedged)) {
        throw new IllegalArgumentException("Conscrypt signs hedged only");
      }
      try {
        Signature signer = Signature.getInstance(level.algorithm(), conscrypt);
        signer.initSign(key);
        signer.update(message(input));
        return signer.sign();
      } catch (GeneralSecurityException e) {
        throw new EngineException("Conscrypt did not sign", e);
      } finally {
        Reference.reachabilityFence(key);
      }
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
      return "ConscryptKey";
    }
  }
}
