package pqsigner.benchmarks.operations;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import pqsigner.protocol.Frame;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Limits;
import pqsigner.protocol.Request;

/// One question of the worker's: sixteen messages under one ML-DSA-65 key.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SignFrameBenchmark {
  private static final int ITEMS = 16;
  private static final int PUBLIC_KEY_BYTES = 1952;

  /// What the KMS makes of a data key.
  private static final int ENCRYPTED_DATA_KEY_BYTES = 184;

  private final Request.Sign request =
      new Request.Sign(
          new KeyRecord(
              new KeyIdentity("custodian-a", "customer-wallet-123", "ML-DSA-65", 1),
              new byte[PUBLIC_KEY_BYTES],
              new byte[ENCRYPTED_DATA_KEY_BYTES],
              new byte[Limits.WRAPPED_SEED_BYTES]),
          items());
  private final byte[] encoded = encodeSignFrameOf16();

  private static List<Request.SignItem> items() {
    return IntStream.range(0, ITEMS)
        .mapToObj(
            id ->
                new Request.SignItem(
                    id,
                    Request.Mode.MESSAGE,
                    new byte[SignBenchmark.MESSAGE_BYTES],
                    new byte[0],
                    0))
        .toList();
  }

  @Benchmark
  public final byte[] encodeSignFrameOf16() {
    return Frame.of(1, request).encode();
  }

  @Benchmark
  public Request decodeSignFrameOf16() throws IOException {
    Frame frame = Objects.requireNonNull(Frame.read(new ByteArrayInputStream(encoded)));
    return Request.decode(frame.type(), frame.body());
  }
}
