package pqsigner.worker.batch;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.WrappedKey;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Limits;
import pqsigner.protocol.Request;
import pqsigner.protocol.Request.Mode;

/// Turns a decoded job into work within the bounds of the enclave's protocol. A job beyond them
/// would end the connection that all jobs share, so it is stopped here.
public final class JobReader {
  static final String SIGN = "sign";
  static final String KEY_GENERATION = "key_generation";

  private JobReader() {}

  public static Arrival read(SigningJob job) {
    Ticket ticket =
        new Ticket(
            job.getCustodian(),
            job.getRequestId(),
            job.getRequestType(),
            bytes(job.getDigest()),
            job.getKeyVersion(),
            job.getDeadline(),
            job.getReplyPartition());
    try {
      return new Arrival.Job(ticket, work(job, ticket.deadlineEpochMs()));
    } catch (IllegalArgumentException e) {
      return new Arrival.Broken(ticket, String.valueOf(e.getMessage()));
    }
  }

  private static Work work(SigningJob job, long deadlineEpochMs) {
    KeyIdentity identity =
        new KeyIdentity(job.getCustodian(), job.getUserId(), job.getAlg(), job.getKeyVersion());
    return switch (job.getRequestType()) {
      case KEY_GENERATION ->
          new Work.GenerateKey(
              new Request.GenerateKey(
                  identity, job.getRequestId(), bytes(job.getBirthNonce()), deadlineEpochMs));
      case SIGN -> sign(job, identity);
      default -> throw new IllegalArgumentException("unknown request_type");
    };
  }

  private static Work.Sign sign(SigningJob job, KeyIdentity identity) {
    WrappedKey key = job.getKey();
    if (key == null) {
      throw new IllegalArgumentException("a sign job without a key record");
    }
    if ((job.getMessage() == null) == (job.getMu() == null)) {
      throw new IllegalArgumentException("a sign job has either message or mu");
    }
    byte[] context = bounded(job.getContext(), 0, Limits.CONTEXT_BYTES_MAX, "context");
    KeyRecord wrapped =
        new KeyRecord(
            identity,
            bounded(key.getPublicKey(), 1, Limits.PUBLIC_KEY_BYTES_MAX, "public_key"),
            bounded(
                key.getEncryptedDataKey(),
                1,
                Limits.ENCRYPTED_DATA_KEY_BYTES_MAX,
                "encrypted_data_key"),
            bounded(key.getWrappedSeed(), 1, Limits.WRAPPED_SEED_BYTES, "wrapped_seed"));
    if (job.getMu() == null) {
      byte[] message = bounded(job.getMessage(), 0, Limits.MESSAGE_BYTES_MAX, "message");
      return new Work.Sign(wrapped, Mode.MESSAGE, message, context);
    }
    if (context.length > 0) {
      throw new IllegalArgumentException("mu already contains the context");
    }
    byte[] mu = bounded(job.getMu(), Limits.MU_BYTES, Limits.MU_BYTES, "mu");
    return new Work.Sign(wrapped, Mode.EXTERNAL_MU, mu, context);
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
