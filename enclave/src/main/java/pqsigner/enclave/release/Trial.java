package pqsigner.enclave.release;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import pqsigner.enclave.Deadline;
import pqsigner.enclave.RefusedException;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.Refusal;

/// The question that the KMS answers with yes whenever it lets this enclave work: a data key for
/// nobody, made and opened again, both with the attestation and the context that all calls have. So
/// one that is refused is not refused for the sake of any record.
final class Trial {

  /// No custodian can have a dot in its name.
  private static final KeyBinding NOBODY =
      new KeyBinding(new KeyIdentity("pq-signer.enclave", "trial", "ML-DSA-44", 1), new byte[0]);

  private final AttestedKms kms;
  private final Duration timeout;

  /// @param timeout for both calls together
  Trial(AttestedKms kms, Duration timeout) {
    this.kms = kms;
    this.timeout = timeout;
  }

  /// Why the KMS does not let the enclave work with these credentials; null when it does.
  @Nullable Refusal refusal(AwsCredentials as) {
    Deadline deadline = Deadline.in(timeout);
    try (KmsKeyRelease.DataKey made = kms.generate(as, NOBODY, deadline)) {
      kms.decrypt(as, NOBODY, made.ciphertext(), deadline).close();
      return null;
    } catch (RefusedException e) {
      return switch (e.refusal()) {
        // It made the record, so it is not the record.
        case KEY_RECORD_REJECTED, DEADLINE_EXCEEDED -> Refusal.KMS_UNAVAILABLE;
        default -> e.refusal();
      };
    }
  }
}
