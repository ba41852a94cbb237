package pqsigner.worker.credentials;

/// There are no AWS credentials to give to the enclave.
public final class NoCredentialsException extends RuntimeException {
  public NoCredentialsException(String message) {
    super(message);
  }

  NoCredentialsException(Throwable cause) {
    super("no AWS credentials", cause);
  }
}
