package pqsigner.worker.credentials;

import pqsigner.protocol.Request;

/// Where the host's credentials come from.
@FunctionalInterface
public interface CredentialSource {

  /// @throws NoCredentialsException when there are none at the moment
  Request.Credentials get();

  /// KMS did not take those it gave last: what it keeps of them is worth nothing.
  default void refused() {}
}
