package pqsigner.benchmarks.operations;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.WrappedKey;
import pqsigner.events.wire.ConfluentAvroDeserializer;
import pqsigner.events.wire.ConfluentAvroSerializer;

/// A job as it travels from gateway to worker.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // set by the setup
public class JobRecordBenchmark {
  private static final String TOPIC = "pq-signer.jobs";

  private final SigningJob job = job();
  private final ConfluentAvroSerializer serializer = new ConfluentAvroSerializer();
  private final ConfluentAvroDeserializer deserializer = new ConfluentAvroDeserializer();
  private OneSchemaRegistry registry;
  private byte[] encoded;

  private static SigningJob job() {
    return SigningJob.newBuilder()
        .setCustodian("custodian-a")
        .setRequestId("01976f0e-5f4b-7c3a-9d52-0242ac120002")
        .setRequestType("sign")
        .setUserId("customer-wallet-123")
        .setAlg("ML-DSA-65")
        .setKeyVersion(1)
        .setDigest(ByteBuffer.allocate(32))
        .setMessage(ByteBuffer.allocate(SignBenchmark.MESSAGE_BYTES))
        .setAcceptedAt(Instant.parse("2026-11-23T00:00:00Z"))
        .setKey(
            new WrappedKey(
                ByteBuffer.allocate(1952), ByteBuffer.allocate(184), ByteBuffer.allocate(60)))
        .build();
  }

  @Setup
  public void learnTheSchema() throws IOException {
    registry = new OneSchemaRegistry(job.getSchema());
    serializer.configure(registry.configuration(), false);
    deserializer.configure(registry.configuration(), false);
    encoded = encodeJob();
  }

  @TearDown
  public void close() {
    serializer.close();
    deserializer.close();
    registry.close();
  }

  @Benchmark
  public byte[] encodeJob() {
    return Objects.requireNonNull(serializer.serialize(TOPIC, job));
  }

  @Benchmark
  public SpecificRecord decodeJob() {
    return Objects.requireNonNull(deserializer.deserialize(TOPIC, encoded));
  }
}
