package pqsigner.gateway.ledger;

/// The store did not answer in time, or throttles. Nothing is known about whether the write
/// happened; every operation of [RequestLedger] may simply be repeated.
///
/// Unchecked, because no caller between the store and an edge can do anything about it: the HTTP
/// edge answers 503, a listener stops consuming.
public final class LedgerUnavailableException extends RuntimeException {

  public LedgerUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  public LedgerUnavailableException(String message) {
    super(message);
  }
}
