package pqsigner.enclave.signing;

import pqsigner.enclave.secret.SecretBytes;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.SignatureVerifier;
import pqsigner.mldsa.SigningInput;

/// An implementation of ML-DSA that signs, too.
public interface MlDsaEngine extends SignatureVerifier {

  /// Whether a key that this engine opens can sign this.
  boolean signs(SigningInput input, Randomness randomness);

  /// @param seed 32 bytes; not kept
  SigningKey open(ParameterSet set, SecretBytes seed) throws EngineException;

  /// An expanded private key inside an engine. Several threads may use it.
  interface SigningKey extends AutoCloseable {
    byte[] sign(SigningInput input, Randomness randomness) throws EngineException;

    /// Wipes what the engine lets us wipe.
    @Override
    void close();
  }
}
