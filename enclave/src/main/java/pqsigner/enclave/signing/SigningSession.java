package pqsigner.enclave.signing;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.SigningInput;
import pqsigner.protocol.Refusal;

/// One open key. An engine expands the key when the first input for it comes, so that a batch pays
/// for one expansion and a batch of plain messages never shows the seed to the second engine.
///
/// Several threads may sign; whoever opened the session closes it after the last of them.
public final class SigningSession implements AutoCloseable {
  private final MlDsaEngines engines;
  private final ParameterSet set;
  private final byte[] publicKey;
  private final SecretBytes seed;
  private MlDsaEngine.@Nullable SigningKey preferredKey;
  private MlDsaEngine.@Nullable SigningKey fallbackKey;

  SigningSession(MlDsaEngines engines, ParameterSet set, byte[] publicKey, SecretBytes seed) {
    this.engines = engines;
    this.set = set;
    this.publicKey = publicKey;
    this.seed = seed;
  }

  /// A signature that verifies under the registered public key.
  ///
  /// The check is also the proof that the seed belongs to that key: signer and verifier hash their
  /// own public key into what is signed, so a signature by any other key cannot verify. Only when
  /// it fails is the public key derived, to tell a wrong record from a broken engine.
  ///
  /// @throws RefusedException KEY_RECORD_REJECTED when the seed is not that of the registered key
  /// @throws EngineException when an engine failed; nothing more may be signed with it
  public byte[] sign(SigningInput input) throws RefusedException, EngineException {
    MlDsaEngine.SigningKey key = engines.preferredSigns(input) ? preferredKey() : fallbackKey();
    byte[] signature = key.sign(input, engines.randomness());
    if (engines.verifierOf(input).verify(set, publicKey, input, signature)) {
      return signature;
    }
    if (!MessageDigest.isEqual(publicKey, engines.publicKey(set, seed))) {
      throw new RefusedException(Refusal.KEY_RECORD_REJECTED);
    }
    throw new EngineException("a signature does not verify under its own key");
  }

  private synchronized MlDsaEngine.SigningKey preferredKey() throws EngineException {
    if (preferredKey == null) {
      preferredKey = engines.preferred().open(set, seed);
    }
    return preferredKey;
  }

  private synchronized MlDsaEngine.SigningKey fallbackKey() throws EngineException {
    if (fallbackKey == null) {
      fallbackKey = engines.fallback().open(set, seed);
    }
    return fallbackKey;
  }

  @Override
  public synchronized void close() {
    if (preferredKey != null) {
      preferredKey.close();
    }
    if (fallbackKey != null) {
      fallbackKey.close();
    }
    seed.close();
    engines.sweeper().secretDied();
  }

  @Override
  public String toString() {
    return "SigningSession[" + set + "]";
  }
}
