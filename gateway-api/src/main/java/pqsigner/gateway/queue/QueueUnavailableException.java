package pqsigner.gateway.queue;

/// The broker did not acknowledge in time. Unchecked for the reason that
/// [pqsigner.gateway.ledger.LedgerUnavailableException] gives.
public final class QueueUnavailableException extends RuntimeException {

  public QueueUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
