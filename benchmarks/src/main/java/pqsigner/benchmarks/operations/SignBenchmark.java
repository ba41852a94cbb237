package pqsigner.benchmarks.operations;

import static java.nio.charset.StandardCharsets.US_ASCII;

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
import org.openjdk.jmh.annotations.TearDown;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.enclave.signing.BouncyCastleMlDsaEngine;
import pqsigner.enclave.signing.ConscryptMlDsaEngine;
import pqsigner.enclave.signing.EngineException;
import pqsigner.enclave.signing.MlDsaEngine;
import pqsigner.enclave.signing.Randomness;
import pqsigner.mldsa.ConscryptContexts;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.SigningInput;

/// ML-DSA as the enclave does it: Conscrypt signs a plain message, Bouncy Castle what has a
/// context. Both hedged.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // set by JMH and by the setup
public class SignBenchmark {
  static final String CONSCRYPT = "Conscrypt";
  static final String BOUNCY_CASTLE = "Bouncy Castle with a context";
  static final int MESSAGE_BYTES = 256;

  @Param({"ML-DSA-44", "ML-DSA-65", "ML-DSA-87"})
  String algorithm;

  @Param({CONSCRYPT, BOUNCY_CASTLE})
  String engine;

  private final SecureRandom random = new SecureRandom();
  private final Randomness hedged = new Randomness.Hedged(random);
  private final SecretBytes seed = SecretBytes.random(ParameterSet.SEED_BYTES, random);
  private ParameterSet level;
  private MlDsaEngine signer;
  private MlDsaEngine.SigningKey key;
  private SigningInput input;

  @Setup
  public void open() throws EngineException {
    level = ParameterSet.named(algorithm).orElseThrow();
    byte[] message = new byte[MESSAGE_BYTES];
    boolean plain = engine.equals(CONSCRYPT);
    signer =
        plain
            ? new ConscryptMlDsaEngine(Conscrypt.newProvider(), ConscryptContexts.find())
            : new BouncyCastleMlDsaEngine();
    input =
        plain
            ? SigningInput.message(message)
            : new SigningInput.Message(message, "context".getBytes(US_ASCII));
    if (!signer.signs(input, hedged)) {
      throw new IllegalStateException(engine + " does not sign this");
    }
    key = signer.open(level, seed);
  }

  @TearDown
  public void close() {
    key.close();
    seed.close();
  }

  @Benchmark
  public MlDsaEngine.SigningKey openSeed() throws EngineException {
    try (MlDsaEngine.SigningKey opened = signer.open(level, seed)) {
      return opened;
    }
  }

  @Benchmark
  public byte[] sign() throws EngineException {
    return key.sign(input, hedged);
  }
}
