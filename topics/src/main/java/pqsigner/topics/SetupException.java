package pqsigner.topics;

/// The broker or the registry did not take all of it.
public final class SetupException extends RuntimeException {

  public SetupException(String message) {
    super(message);
  }

  public SetupException(String message, Throwable cause) {
    super(message, cause);
  }
}
