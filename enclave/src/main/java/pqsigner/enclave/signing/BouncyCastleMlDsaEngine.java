package pqsigner.enclave.signing;

import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithContext;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.jspecify.annotations.Nullable;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.mldsa.BouncyCastleVerifier;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.SigningInput;

/// Bouncy Castle's lightweight API: context strings, external mu, deterministic signing, and the
/// public key of a seed. Not its JCA provider, which signs deterministically unless told otherwise.
public class BouncyCastleMlDsaEngine extends BouncyCastleVerifier implements MlDsaEngine {

  @Override
  public boolean signs(SigningInput input, Randomness randomness) {
    return true;
  }

  @Override
  public SigningKey open(ParameterSet set, SecretBytes seed) {
    return new Key(expand(set, seed));
  }

  /// The public key that belongs to a seed.
  public byte[] publicKey(ParameterSet set, SecretBytes seed) {
    MLDSAPrivateKeyParameters expanded = expand(set, seed);
    try {
      return expanded.getPublicKey();
    } finally {
      expanded.destroy();
    }
  }

  private static MLDSAPrivateKeyParameters expand(ParameterSet set, SecretBytes seed) {
    if (seed.size() != ParameterSet.SEED_BYTES) {
      throw new IllegalArgumentException("a seed has 32 bytes");
    }
    return seed.expose(bytes -> new MLDSAPrivateKeyParameters(parameters(set), bytes));
  }

  /// The expansion is kept while the key is open, which saves a fifth of each signature; a signer
  /// holds state, so each call has its own.
  private record Key(MLDSAPrivateKeyParameters expanded) implements SigningKey {
    @Override
    public byte[] sign(SigningInput input, Randomness randomness) throws EngineException {
      MLDSASigner signer = new MLDSASigner();
      CipherParameters key =
          switch (randomness) {
            case Randomness.Hedged(var source) -> new ParametersWithRandom(expanded, source);
            case Randomness.Deterministic() -> expanded;
          };
      try {
        return switch (input) {
          case SigningInput.Message(var message, var context) -> {
            signer.init(true, new ParametersWithContext(key, context));
            signer.update(message, 0, message.length);
            yield produced(signer.generateSignature());
          }
          case SigningInput.ExternalMu(var mu) -> {
            signer.init(true, key);
            yield produced(signer.generateMuSignature(mu));
          }
        };
      } catch (CryptoException e) {
        throw new EngineException("Bouncy Castle did not sign", e);
      }
    }

    /// Null is what comes out after a thousand rejections in a row.
    private static byte[] produced(byte @Nullable [] signature) throws EngineException {
      if (signature == null) {
        throw new EngineException("no signature within the bound on rejections");
      }
      return signature;
    }

    @Override
    public void close() {
      expanded.destroy();
    }

    @Override
    public String toString() {
      return "BouncyCastleKey";
    }
  }
}
