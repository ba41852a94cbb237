package pqsigner.enclave.signing;

import java.security.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.enclave.secret.Sweeper;
import pqsigner.mldsa.ConscryptContexts;
import pqsigner.mldsa.KnownAnswers;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.SigningInput;

/// Chooses the engine for each operation; see the package description for the choice. Only engines
/// that passed [SelfTest] are ever used.
public final class MlDsaEngines {
  private final MlDsaEngine preferred;
  private final BouncyCastleMlDsaEngine fallback;
  private final Randomness randomness;
  private final Sweeper sweeper;

  MlDsaEngines(
      MlDsaEngine preferred,
      BouncyCastleMlDsaEngine fallback,
      Randomness randomness,
      Sweeper sweeper) {
    this.preferred = preferred;
    this.fallback = fallback;
    this.randomness = randomness;
    this.sweeper = sweeper;
  }

  /// @param sets those that will be used
  /// @throws EngineException when an engine does not give the known answers; nothing may be signed
  ///   with it, and there is no lesser mode to fall back to
  public static MlDsaEngines selfTested(
      Set<ParameterSet> sets, Provider conscrypt, Randomness randomness, Sweeper sweeper)
      throws EngineException {
    BouncyCastleMlDsaEngine fallback = new BouncyCastleMlDsaEngine();
    List<MlDsaEngine> candidates = new ArrayList<>();
    ConscryptContexts.find()
        .ifPresent(it -> candidates.add(new ConscryptMlDsaEngine(conscrypt, Optional.of(it))));
    candidates.add(new ConscryptMlDsaEngine(conscrypt, Optional.empty()));
    return new MlDsaEngines(passing(sets, fallback, candidates), fallback, randomness, sweeper);
  }

  /// Conscrypt, with contexts if it passes with them. They come by methods that are not its public
  /// interface, so for them alone there is a lesser mode: Bouncy Castle takes the contexts.
  ///
  /// @param candidates the first that passes is used
  static MlDsaEngine passing(
      Set<ParameterSet> sets, BouncyCastleMlDsaEngine fallback, List<MlDsaEngine> candidates)
      throws EngineException {
    EngineException failure = new EngineException("there is no engine");
    for (MlDsaEngine engine : candidates) {
      try {
        for (ParameterSet set : sets) {
          SelfTest.run(set, fallback, engine);
        }
        return engine;
      } catch (EngineException e) {
        failure = e;
      }
    }
    throw failure;
  }

  public byte[] publicKey(ParameterSet set, SecretBytes seed) {
    try {
      return fallback.publicKey(set, seed);
    } finally {
      sweeper.secretDied();
    }
  }

  /// Opens a key for as long as it has something to sign. Takes over the seed: it is closed with
  /// the session.
  ///
  /// @param publicKey the registered one, under which every signature must verify
  public SigningSession open(ParameterSet set, byte[] publicKey, SecretBytes seed) {
    return new SigningSession(this, set, publicKey, seed);
  }

  /// Whether contexts passed the test in the preferred engine, or are left to the other.
  public boolean preferredTakesContexts() {
    return preferred.verifies(KnownAnswers.WITH_CONTEXT);
  }

  boolean preferredSigns(SigningInput input) {
    return preferred.signs(input, randomness);
  }

  /// The engine that did not sign, if it can.
  MlDsaEngine verifierOf(SigningInput input) {
    return !preferredSigns(input) && preferred.verifies(input) ? preferred : fallback;
  }

  MlDsaEngine preferred() {
    return preferred;
  }

  MlDsaEngine fallback() {
    return fallback;
  }

  Sweeper sweeper() {
    return sweeper;
  }

  Randomness randomness() {
    return randomness;
  }
}
