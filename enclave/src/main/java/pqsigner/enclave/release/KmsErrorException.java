package pqsigner.enclave.release;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// KMS answered, with an error.
final class KmsErrorException extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final @Nullable String code;
  private final boolean clockIsWrong;

  /// @param code KMS's name for the error; null when it gave none
  /// @param clockIsWrong whether the answer's time is minutes from the one that was signed
  KmsErrorException(int status, @Nullable String code, boolean clockIsWrong) {
    super("status " + status);
    this.status = status;
    this.code = code;
    this.clockIsWrong = clockIsWrong;
  }

  int status() {
    return status;
  }

  @Nullable String code() {
    return code;
  }

  boolean clockIsWrong() {
    return clockIsWrong;
  }
}
