package pqsigner.enclave.release;

import java.security.Provider;
import java.util.concurrent.TimeUnit;
import org.conscrypt.Conscrypt;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.local.kms.KmsAnswers;

/// What a call of the KMS costs the enclave besides the wait: a share of a recipient's pair, and
/// the opening of the answer. In this package because nobody else may touch a recipient's key.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class KmsAnswerBenchmark {
  private final Provider conscrypt = Conscrypt.newProvider();
  private final RecipientKey recipient = RecipientKey.generate(conscrypt);
  private final byte[] answer = KmsAnswers.seal(new byte[32], recipient.subjectPublicKeyInfo());

  /// One for several answers, and made ahead: see [RecipientKeys.Rotation].
  @Benchmark
  public Object makeRecipientPair() {
    return RecipientKey.generate(conscrypt);
  }

  @Benchmark
  public int openKmsAnswer() throws EnvelopeException {
    try (SecretBytes dataKey = recipient.open(answer)) {
      return dataKey.size();
    }
  }
}
