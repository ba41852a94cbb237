package pqsigner.client;

/// No answer that could be used: the service could not be reached, did not speak the contract, or
/// was given something unreadable.
///
/// The code is the service's, from its registry of error codes, or one of ours for what never
/// reached it: `connection_failed`, `tls_refused`, `no_answer`, `malformed_answer`,
/// `unreadable_input`.
public class SignerException extends RuntimeException {
  private final String code;

  public SignerException(String code, String detail) {
    super(detail);
    this.code = code;
  }

  public SignerException(String code, String detail, Throwable cause) {
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
