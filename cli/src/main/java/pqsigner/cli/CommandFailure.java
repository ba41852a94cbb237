package pqsigner.cli;

import org.jspecify.annotations.Nullable;

/// What ends a command with exit code 1 before the service is asked, or whatever it answered.
public final class CommandFailure extends RuntimeException {
  private final String code;

  /// @param code `unreadable_input`, `unwritable_output`, `signature_invalid`, `check_failed`, …
  public CommandFailure(String code, String detail) {
    this(code, detail, null);
  }

  public CommandFailure(String code, String detail, @Nullable Throwable cause) {
    super(detail, cause);
    this.code = code;
  }

  public String code() {
    return code;
  }
}
