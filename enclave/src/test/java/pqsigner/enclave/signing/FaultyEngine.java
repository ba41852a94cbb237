package pqsigner.enclave.signing;

import java.security.Provider;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.enclave.secret.Sweeper;
import pqsigner.mldsa.ConscryptContexts;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.SigningInput;

/// Signs, and flips a bit, as a fault in hardware would.
public final class FaultyEngine implements MlDsaEngine {
  private final MlDsaEngine sound;

  FaultyEngine(MlDsaEngine sound) {
    this.sound = sound;
  }

  /// Engines of which the preferred one is faulty; they would not pass the self-test.
  public static MlDsaEngines engines(Provider conscrypt, Randomness randomness, Sweeper sweeper) {
    return new MlDsaEngines(
        new FaultyEngine(new ConscryptMlDsaEngine(conscrypt, ConscryptContexts.find())),
        new BouncyCastleMlDsaEngine(),
        randomness,
        sweeper);
  }

  @Override
  public boolean signs(SigningInput input, Randomness randomness) {
    return sound.signs(input, randomness);
  }

  @Override
  public boolean verifies(SigningInput input) {
    return sound.verifies(input);
  }

  @Override
  public SigningKey open(ParameterSet set, SecretBytes seed) throws EngineException {
    SigningKey key = sound.open(set, seed);
    return new SigningKey() {
      @Override
      public byte[] sign(SigningInput input, Randomness randomness) throws EngineException {
        byte[] signature = key.sign(input, randomness);
        signature[100] ^= 1;
        return signature;
      }

      @Override
      public void close() {
        key.close();
      }
    };
  }

  @Override
  public boolean verify(ParameterSet set, byte[] publicKey, SigningInput input, byte[] signature) {
    return sound.verify(set, publicKey, input, signature);
  }
}
