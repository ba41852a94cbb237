package pqsigner.worker.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.WrappedKey;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Request;
import pqsigner.protocol.Request.Mode;

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

  static Arrival.Job arrival(String requestId, String userId, byte[] message) {
    return new Arrival.Job(ticket(requestId, null), work(userId, message));
  }

  static Ticket ticket(String requestId, @Nullable Instant deadline) {
    return new Ticket("custodian-a", requestId, "sign", requestId.getBytes(UTF_8), 1, deadline, -1);
  }

  static Work.Sign work(String userId, byte[] message) {
    KeyIdentity identity = new KeyIdentity("custodian-a", userId, "ML-DSA-44", 1);
    KeyRecord key =
        new KeyRecord(identity, ("public " + userId).getBytes(UTF_8), new byte[100], new byte[60]);
    return new Work.Sign(key, Mode.MESSAGE, message, new byte[0]);
  }

  static Work.GenerateKey birth(String requestId, String userId) {
    return new Work.GenerateKey(
        new Request.GenerateKey(
            new KeyIdentity("custodian-a", userId, "ML-DSA-44", 1), requestId, new byte[32], 0));
  }

  private static ByteBuffer digest(String requestId) {
    return bytes("digest of " + requestId);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }
}
