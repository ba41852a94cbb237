package pqsigner.worker.batch;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.WrappedKey;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Limits;
import pqsigner.protocol.Request;
import pqsigner.protocol.Request.Mode;
import pqsigner.protocol.Request.SignItem;

/// Turns a decoded job into a request within the bounds of the enclave's protocol. A job beyond
/// them would end the connection that all jobs share, so it is stopped here.
public final class JobReader {
  static final String SIGN = "sign";
  static final String KEY_GENERATION = "key_generation";

  private JobReader() {}

  /// @param id correlation id for the enclave's answer
  public static Arrival read(SigningJob job, long id) {
    try {
      return new Arrival.Job(job, id, request(job, id));
    } catch (IllegalArgumentException e) {
      return new Arrival.Broken(job, String.valueOf(e.getMessage()));
    }
  }

  private static Request.Job request(SigningJob job, long id) {
    KeyIdentity identity =
        new KeyIdentity(job.getCustodian(), job.getUserId(), job.getAlg(), job.getKeyVersion());
    return switch (job.getRequestType()) {
      case KEY_GENERATION ->
          new Request.GenerateKey(
              identity, job.getRequestId(), bytes(job.getBirthNonce()), deadlineEpochMs(job));
      case SIGN -> new Request.Sign(key(job, identity), List.of(item(job, id)));
      default -> throw new IllegalArgumentException("unknown request_type");
    };
  }

  private static KeyRecord key(SigningJob job, KeyIdentity identity) {
    WrappedKey key = job.getKey();
    if (key == null) {
      throw new IllegalArgumentException("a sign job without a key record");
    }
    return new KeyRecord(
        identity,
        bounded(key.getPublicKey(), 1, Limits.PUBLIC_KEY_BYTES_MAX, "public_key"),
        bounded(
            key.getEncryptedDataKey(),
            1,
            Limits.ENCRYPTED_DATA_KEY_BYTES_MAX,
            "encrypted_data_key"),
        bounded(key.getWrappedSeed(), 1, Limits.WRAPPED_SEED_BYTES, "wrapped_seed"));
  }

  private static SignItem item(SigningJob job, long id) {
    if ((job.getMessage() == null) == (job.getMu() == null)) {
      throw new IllegalArgumentException("a sign job must have either a message or a mu");
    }
    byte[] context = bounded(job.getContext(), 0, Limits.CONTEXT_BYTES_MAX, "context");
    if (job.getMu() == null) {
      byte[] message = bounded(job.getMessage(), 0, Limits.MESSAGE_BYTES_MAX, "message");
      return new SignItem(id, Mode.MESSAGE, message, context, deadlineEpochMs(job));
    }
    if (context.length > 0) {
      throw new IllegalArgumentException("mu already contains the context");
    }
    byte[] mu = bounded(job.getMu(), Limits.MU_BYTES, Limits.MU_BYTES, "mu");
    return new SignItem(id, Mode.EXTERNAL_MU, mu, context, deadlineEpochMs(job));
  }

  private static long deadlineEpochMs(SigningJob job) {
    return job.getDeadline() == null ? 0 : job.getDeadline().toEpochMilli();
  }

  private static byte[] bounded(@Nullable ByteBuffer buffer, int min, int max, String name) {
    int length = buffer == null ? 0 : buffer.remaining();
    if (length < min || length > max) {
      throw new IllegalArgumentException(name + " has " + length + " bytes");
    }
    return bytes(buffer);
  }

  private static byte[] bytes(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return new byte[0];
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
