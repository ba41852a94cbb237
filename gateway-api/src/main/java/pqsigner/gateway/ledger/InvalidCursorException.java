package pqsigner.gateway.ledger;

/// A cursor that no page ended with.
public final class InvalidCursorException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public InvalidCursorException() {
    super("not a cursor from this list", null, false, false);
  }
}
