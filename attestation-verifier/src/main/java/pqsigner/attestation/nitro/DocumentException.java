package pqsigner.attestation.nitro;

/// The bytes are no acceptable attestation document. The message says what is wrong and names no
/// content but field names and numbers.
public final class DocumentException extends Exception {
  private final RejectionReason reason;

  DocumentException(RejectionReason reason, String detail) {
    super(detail);
    this.reason = reason;
  }

  public RejectionReason reason() {
    return reason;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
