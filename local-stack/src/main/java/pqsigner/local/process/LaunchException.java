package pqsigner.local.process;

/// A part of the stack did not come up; the message ends with what it wrote last.
public final class LaunchException extends RuntimeException {

  public LaunchException(String message) {
    super(message);
  }

  public LaunchException(String message, Throwable cause) {
    super(message, cause);
  }
}
