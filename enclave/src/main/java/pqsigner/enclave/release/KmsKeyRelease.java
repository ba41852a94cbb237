package pqsigner.enclave.release;

import java.security.Provider;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import pqsigner.enclave.Deadline;
import pqsigner.enclave.EventLog;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.nsm.Nsm;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.protocol.EnclaveStats.KmsCalls;
import pqsigner.protocol.Refusal;

/// Data keys from AWS KMS, released to this enclave and no other, with credentials that KMS is
/// known to take.
///
/// A KMS that says no has something against this record or against all of them, and its answer does
/// not tell which. A [Trial] does: when that is refused too, the credentials are in doubt and the
/// enclave stops serving until KMS has taken some; when it passes, the no is this record's alone.
public final class KmsKeyRelease implements AutoCloseable {

  /// A data key, and the same under the KMS key.
  public record DataKey(SecretBytes plaintext, byte[] ciphertext) implements AutoCloseable {
    @Override
    public void close() {
      plaintext.close();
    }

    @Override
    public String toString() {
      return "DataKey[]";
    }
  }

  private interface Call<T> {
    T as(AwsCredentials credentials) throws RefusedException;
  }

  /// @param begun by [System#nanoTime()]
  private record Verdict(AwsCredentials on, long begun, @Nullable Refusal refusal) {}

  private final KmsEndpoint endpoint;
  private final CurrentCredentials credentials;
  private final AttestedKms kms;
  private final Trial trial;
  private final ReentrantLock trying = new ReentrantLock();
  private @Nullable Verdict last;

  public KmsKeyRelease(
      KmsEndpoint endpoint,
      Nsm nsm,
      RecipientKeys recipients,
      CurrentCredentials credentials,
      SecureRandom random,
      Provider conscrypt) {
    this.endpoint = endpoint;
    this.credentials = credentials;
    this.kms = new AttestedKms(endpoint, nsm, recipients, random, conscrypt);
    this.trial = new Trial(kms, endpoint.callTimeout());
  }

  public String keyArn() {
    return endpoint.keyArn();
  }

  /// Takes over credentials that the KMS takes; those before are wiped. Any others are wiped
  /// themselves and change nothing: whoever pushes rubbish stops nobody.
  ///
  /// @throws RefusedException what the KMS had against them: CREDENTIALS_REFUSED, KMS_DENIED, or
  ///   KMS_UNAVAILABLE and KMS_THROTTLED when it did not come to that
  public void offer(AwsCredentials offered) throws RefusedException {
    boolean taken = false;
    try {
      if (credentials.uses(offered)) {
        return;
      }
      Refusal refusal = trial.refusal(offered);
      if (refusal != null) {
        EventLog.event("credentials.refused", "refusal=" + refusal);
        throw new RefusedException(refusal);
      }
      credentials.replace(offered);
      taken = true;
    } finally {
      if (!taken) {
        offered.close();
      }
    }
  }

  /// A new data key, bound to the key that it will wrap.
  public DataKey generate(KeyBinding binding, Deadline caller) throws RefusedException {
    return call(as -> kms.generate(as, binding, caller));
  }

  /// @throws RefusedException KEY_RECORD_REJECTED when the blob is not of this key and binding,
  ///   RECORD_DENIED when the KMS denies it and nothing else
  public SecretBytes decrypt(KeyBinding binding, byte[] ciphertext, Deadline caller)
      throws RefusedException {
    return call(as -> kms.decrypt(as, binding, ciphertext, caller));
  }

  private <T> T call(Call<T> call) throws RefusedException {
    try (AwsCredentials current = credentials.take()) {
      return as(current, call);
    }
  }

  private <T> T as(AwsCredentials current, Call<T> call) throws RefusedException {
    try {
      return call.as(current);
    } catch (RefusedException e) {
      switch (e.refusal()) {
        case CREDENTIALS_REFUSED -> credentials.doubt(current);
        case KMS_DENIED -> throw new RefusedException(denied(current));
        default -> {}
      }
      throw e;
    }
  }

  /// What a denial means. All that are denied at once share one trial that began after them.
  private Refusal denied(AwsCredentials current) {
    long deniedAt = System.nanoTime();
    try {
      if (!trying.tryLock(2 * endpoint.callTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
        return Refusal.KMS_UNAVAILABLE;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Refusal.KMS_UNAVAILABLE;
    }
    try {
      Verdict verdict = last;
      if (verdict == null || verdict.on != current || verdict.begun - deniedAt < 0) {
        long begun = System.nanoTime();
        verdict = new Verdict(current, begun, trial.refusal(current));
        last = verdict;
      }
      Refusal refusal = verdict.refusal;
      if (refusal == null) {
        return Refusal.RECORD_DENIED;
      }
      if (refusal == Refusal.KMS_DENIED || refusal == Refusal.CREDENTIALS_REFUSED) {
        credentials.doubt(current);
      }
      return refusal;
    } finally {
      trying.unlock();
    }
  }

  /// What the KMS was asked for since boot, and how it ended.
  public List<KmsCalls> calls() {
    return kms.calls();
  }

  @Override
  public void close() {
    kms.close();
  }
}
