package pqsigner.benchmarks.operations;

import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.conscrypt.Conscrypt;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.enclave.signing.BouncyCastleMlDsaEngine;
import pqsigner.enclave.signing.ConscryptMlDsaEngine;
import pqsigner.enclave.signing.EngineException;
import pqsigner.enclave.signing.MlDsaEngine;
import pqsigner.enclave.signing.Randomness;
import pqsigner.mldsa.ConscryptContexts;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.SigningInput;

/// The check that every signature passes before it leaves: the engine that did not sign judges it,
/// and what has a context is signed and judged by Bouncy Castle. So it is always Bouncy Castle.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // set by JMH and by the setup
public class VerifyBenchmark {

  @Param({"ML-DSA-44", "ML-DSA-65", "ML-DSA-87"})
  String algorithm;

  private final BouncyCastleMlDsaEngine verifier = new BouncyCastleMlDsaEngine();
  private final SigningInput input = SigningInput.message(new byte[SignBenchmark.MESSAGE_BYTES]);
  private ParameterSet level;
  private byte[] publicKey;
  private byte[] signature;

  @Setup
  public void sign() throws EngineException {
    SecureRandom random = new SecureRandom();
    level = ParameterSet.named(algorithm).orElseThrow();
    MlDsaEngine signer =
        new ConscryptMlDsaEngine(Conscrypt.newProvider(), ConscryptContexts.find());
    try (SecretBytes seed = SecretBytes.random(ParameterSet.SEED_BYTES, random);
        MlDsaEngine.SigningKey key = signer.open(level, seed)) {
      publicKey = verifier.publicKey(level, seed);
      signature = key.sign(input, new Randomness.Hedged(random));
    }
  }

  @Benchmark
  public boolean verifyOwnSignature() {
    if (!verifier.verify(level, publicKey, input, signature)) {
      throw new IllegalStateException("a good signature is refused");
    }
    return true;
  }
}
