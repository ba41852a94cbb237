package pqsigner.cli;

/// The command was understood and did not succeed; ends with exit code 1.
///
/// The code is the service's, from its registry of error codes, or one of ours for what never
/// reached it: `connection_failed`, `tls_refused`, `no_answer`, `unreadable_input`,
/// `signature_invalid`, `check_failed`.
public final class CommandFailure extends RuntimeException {
  private final String code;

  public CommandFailure(String code, String detail) {
    super(detail);
    this.code = code;
  }

  public CommandFailure(String code, String detail, Throwable cause) {
    super(detail, cause);
    this.code = code;
  }

  public String code() {
    return code;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }
}
