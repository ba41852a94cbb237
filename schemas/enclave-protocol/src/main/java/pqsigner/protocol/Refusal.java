package pqsigner.protocol;

/// Why the enclave did not do it. One code for every failed decryption, so that a caller learns
/// nothing about where it failed.
public enum Refusal implements WireCode {
  MALFORMED_REQUEST(1),
  UNSUPPORTED_ALGORITHM(2),
  DEADLINE_EXCEEDED(3),
  /// The KMS denies everything that this enclave asks: policy, measurement or role. Nothing is
  /// wrong with this job.
  KMS_DENIED(4),
  /// The KMS cannot be reached, or fails; nothing is wrong with this job.
  KMS_UNAVAILABLE(5),
  /// The KMS throttles; this job may succeed later.
  KMS_THROTTLED(6),
  /// Any failure to open the record, or a public key that is not the registered one.
  KEY_RECORD_REJECTED(7),
  /// This request is not legal in the enclave's phase.
  NOT_READY(8),
  /// The enclave's own queue is full.
  OVERLOADED(9),
  INTERNAL(10),
  /// The KMS does not take the credentials, those in use or those that are offered with this frame.
  /// Nothing is wrong with this job.
  CREDENTIALS_REFUSED(11),
  /// The KMS denies this record's call, while it grants others of the same kind.
  RECORD_DENIED(12);

  private final int wire;

  Refusal(int wire) {
    this.wire = wire;
  }

  @Override
  public int wire() {
    return wire;
  }
}
