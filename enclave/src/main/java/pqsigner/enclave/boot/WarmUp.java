package pqsigner.enclave.boot;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import pqsigner.enclave.Deadline;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.enclave.signing.EngineException;
import pqsigner.enclave.signing.MlDsaEngines;
import pqsigner.enclave.signing.SigningSession;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.SigningInput;

/// Signs with a key that is thrown away, so that the first caller does not wait for the compiler:
/// the first hundred signatures of a cold JVM take about 0.4 s.
final class WarmUp {
  private static final int ROUNDS_MAX = 200;

  private WarmUp() {}

  static void run(
      MlDsaEngines engines, Set<ParameterSet> sets, SecureRandom random, Duration budget)
      throws EngineException, RefusedException {
    byte[] message = "warm-up".getBytes(US_ASCII);
    SigningInput plain = SigningInput.message(message);
    SigningInput withContext = new SigningInput.Message(message, message);
    Deadline deadline = Deadline.in(budget);
    for (int round = 0; round < ROUNDS_MAX && !deadline.passed(); round++) {
      for (ParameterSet set : sets) {
        SecretBytes seed = SecretBytes.random(ParameterSet.SEED_BYTES, random);
        byte[] publicKey = engines.publicKey(set, seed);
        try (SigningSession session = engines.open(set, publicKey, seed)) {
          session.sign(plain);
          session.sign(withContext);
        }
      }
    }
  }
}
