package pqsigner.enclave.signing;

import pqsigner.enclave.secret.SecretBytes;

/// An implementation of ML-DSA.
public interface MlDsaEngine {

  /// Whether a key that this engine opens can sign this.
  boolean signs(SigningInput input, Randomness randomness);

  /// Whether [#verify] can judge a signature over this.
  boolean verifies(SigningInput input);

  /// @param seed 32 bytes; not kept
  SigningKey open(Level level, SecretBytes seed) throws EngineException;

  /// False for whatever is not a valid signature, malformed keys and signatures included.
  boolean verify(Level level, byte[] publicKey, SigningInput input, byte[] signature);

  /// An expanded private key inside an engine. Several threads may use it.
  interface SigningKey extends AutoCloseable {
    byte[] sign(SigningInput input, Randomness randomness) throws EngineException;

    /// Wipes what the engine lets us wipe.
    @Override
    void close();
  }
}
