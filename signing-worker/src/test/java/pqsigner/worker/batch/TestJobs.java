package pqsigner.worker.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.WrappedKey;

/// Jobs as the gateway would write them.
public final class TestJobs {
  private TestJobs() {}

  public static SigningJob sign(String requestId, String userId, String message) {
    return sign(requestId, userId, message, null, -1);
  }

  public static SigningJob sign(
      String requestId,
      String userId,
      String message,
      @Nullable Instant deadline,
      int replyPartition) {
    return new SigningJob(
        "custodian-a",
        requestId,
        "sign",
        userId,
        "ML-DSA-44",
        1,
        digest(requestId),
        bytes(message),
        null,
        null,
        deadline,
        Instant.EPOCH,
        replyPartition,
        new WrappedKey(bytes("public " + userId), bytes("data key"), ByteBuffer.allocate(60)),
        null);
  }

  public static SigningJob generate(String requestId, String userId) {
    return new SigningJob(
        "custodian-a",
        requestId,
        "key_generation",
        userId,
        "ML-DSA-44",
        1,
        digest(requestId),
        null,
        null,
        null,
        null,
        Instant.EPOCH,
        -1,
        null,
        ByteBuffer.allocate(32));
  }

  static Arrival.Job arrival(long id, SigningJob job) {
    return (Arrival.Job) JobReader.read(job, id);
  }

  private static ByteBuffer digest(String requestId) {
    return bytes("digest of " + requestId);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }
}
