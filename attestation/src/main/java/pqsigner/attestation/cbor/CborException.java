package pqsigner.attestation.cbor;

/// The bytes are not what their reader takes. The message names a place or a key, never content.
public final class CborException extends Exception {

  /// What is wrong, one name for each check.
  public enum Fault {
    TOO_LARGE,
    TRUNCATED,
    TRAILING_BYTES,
    TOO_DEEP,
    DUPLICATE_KEY,
    INDEFINITE_LENGTH,
    INVALID_TEXT,
    INTEGER_OUT_OF_RANGE,
    UNSUPPORTED_ITEM,
    WRONG_TYPE,
    MISSING_KEY
  }

  private final Fault fault;

  public CborException(Fault fault, String detail) {
    super(fault + ": " + detail);
    this.fault = fault;
  }

  public Fault fault() {
    return fault;
  }
}
