package pqsigner.enclave.keys;

import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.conscrypt.Conscrypt;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.mldsa.ParameterSet;

/// From a data key to a seed. In this package because nobody else may unwrap one.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SeedWrappingBenchmark {
  private final SecureRandom random = new SecureRandom();
  private final SeedWrapping wrapping = new SeedWrapping(Conscrypt.newProvider(), random);
  private final byte[] additionalData = new byte[256];
  private final SecretBytes dataKey = SecretBytes.random(32, random);
  private final byte[] wrapped = wrap();

  private byte[] wrap() {
    try (SecretBytes seed = SecretBytes.random(ParameterSet.SEED_BYTES, random)) {
      return wrapping.wrap(dataKey, additionalData, seed);
    }
  }

  @TearDown
  public void close() {
    dataKey.close();
  }

  @Benchmark
  public int unwrapSeed() throws RefusedException {
    try (SecretBytes seed = wrapping.unwrap(dataKey, additionalData, wrapped)) {
      return seed.size();
    }
  }
}
