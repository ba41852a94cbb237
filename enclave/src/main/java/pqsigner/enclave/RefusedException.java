package pqsigner.enclave;

import pqsigner.protocol.Refusal;

/// The enclave will not do it, and this code is all that anybody outside is told. It has neither
/// text nor cause nor stack trace, so that none of these can leave by accident.
public final class RefusedException extends Exception {
  private final Refusal refusal;

  public RefusedException(Refusal refusal) {
    super(refusal.name(), null, false, false);
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
