package pqsigner.worker.enclave;

import java.io.IOException;

/// The connection to the enclave is gone, or the enclave stopped answering on it.
public final class EnclaveLostException extends IOException {
  public EnclaveLostException(String message) {
    super(message);
  }

  public EnclaveLostException(String message, Throwable cause) {
    super(message, cause);
  }
}
