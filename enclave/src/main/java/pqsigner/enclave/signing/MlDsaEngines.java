package pqsigner.enclave.signing;

import java.security.Provider;
import java.util.Set;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.enclave.secret.Sweeper;

/// Chooses the engine for each operation; see the package description for the choice. Only engines
/// that passed [SelfTest] are ever used.
public final class MlDsaEngines {
  private final MlDsaEngine preferred;
  private final BouncyCastleMlDsaEngine complete;
  private final Randomness randomness;
  private final Sweeper sweeper;

  MlDsaEngines(
      MlDsaEngine preferred,
      BouncyCastleMlDsaEngine complete,
      Randomness randomness,
      Sweeper sweeper) {
    this.preferred = preferred;
    this.complete = complete;
    this.randomness = randomness;
    this.sweeper = sweeper;
  }

  /// @param levels those that will be used
  /// @throws EngineException when an engine does not give the known answers; nothing may be signed
  ///   with it, and there is no lesser mode to fall back to
  public static MlDsaEngines selfTested(
      Set<Level> levels, Provider conscrypt, Randomness randomness, Sweeper sweeper)
      throws EngineException {
    BouncyCastleMlDsaEngine complete = new BouncyCastleMlDsaEngine();
    ConscryptMlDsaEngine preferred = new ConscryptMlDsaEngine(conscrypt);
    for (Level level : levels) {
      SelfTest.run(level, complete, preferred);
    }
    return new MlDsaEngines(preferred, complete, randomness, sweeper);
  }

  public byte[] publicKey(Level level, SecretBytes seed) {
    try {
      return complete.publicKey(level, seed);
    } finally {
      sweeper.secretDied();
    }
  }

  /// Opens a key for as long as it has something to sign. Takes over the seed: it is closed with
  /// the session.
  ///
  /// @param publicKey the registered one, under which every signature must verify
  public SigningSession open(Level level, byte[] publicKey, SecretBytes seed) {
    return new SigningSession(this, level, publicKey, seed);
  }

  boolean preferredSigns(SigningInput input) {
    return preferred.signs(input, randomness);
  }

  /// The engine that did not sign, if it can.
  MlDsaEngine verifierOf(SigningInput input) {
    return !preferredSigns(input) && preferred.verifies(input) ? preferred : complete;
  }

  MlDsaEngine preferred() {
    return preferred;
  }

  MlDsaEngine complete() {
    return complete;
  }

  Sweeper sweeper() {
    return sweeper;
  }

  Randomness randomness() {
    return randomness;
  }
}
