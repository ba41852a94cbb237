package pqsigner.attestation.nitro;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// What the verifier says of a document.
public sealed interface Verification {

  /// The document is genuine and meets the policy.
  ///
  /// @param policy what was asked; see there what was not
  /// @param root the one of the policy's roots that it chains to
  /// @param chain leaf first, without the root
  /// @param checkedAt the verifier's clock
  /// @param validAt the instant at which the certificates were judged
  record Verified(
      AttestationDocument document,
      AttestationPolicy policy,
      TrustRoot root,
      List<X509Certificate> chain,
      Instant checkedAt,
      Instant validAt)
      implements Verification {

    /// Negative where the module's clock is ahead of ours.
    public Duration age() {
      return Duration.between(document.timestamp(), checkedAt);
    }
  }

  /// @param detail for people; may change, unlike the reason's code
  record Rejected(RejectionReason reason, String detail) implements Verification {}
}
