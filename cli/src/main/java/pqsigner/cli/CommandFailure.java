package pqsigner.cli;

import pqsigner.client.SignerException;

/// The command was understood and did not succeed; ends with exit code 1.
///
/// Adds to the client's codes those of commands that fail on their own account, such as
/// `signature_invalid` and `check_failed`.
public final class CommandFailure extends SignerException {

  public CommandFailure(String code, String detail) {
    super(code, detail);
  }

  public CommandFailure(String code, String detail, Throwable cause) {
    super(code, detail, cause);
  }
}
