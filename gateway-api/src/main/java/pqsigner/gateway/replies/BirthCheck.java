package pqsigner.gateway.replies;

import java.util.List;
import pqsigner.attestation.AttestationPolicy;
import pqsigner.attestation.AttestationVerifier;
import pqsigner.attestation.BirthStatement;
import pqsigner.attestation.EvaluationTime;
import pqsigner.attestation.TrustRoot;
import pqsigner.attestation.Verification;
import pqsigner.gateway.keys.RegisteredKey;

/// Whether a key was born in an enclave that we trust, as ours: the document must chain to the
/// root, name an allowed image outside debug mode, and commit to exactly this custodian, user,
/// algorithm, version, public key and KMS key.
///
/// It is judged at its own, signed time: a reply may have waited in Kafka for longer than a
/// document is fresh. An old document gains nothing, because it is about one public key.
public final class BirthCheck {

  private final AttestationVerifier verifier;
  private final AttestationPolicy policy;
  private final String kmsKeyArn;

  /// @param images allowed values of PCR0, at least one
  public BirthCheck(
      AttestationVerifier verifier, TrustRoot root, List<byte[]> images, String kmsKeyArn) {
    this.verifier = verifier;
    this.policy =
        AttestationPolicy.trusting(root).at(EvaluationTime.atDocumentTime()).images(images);
    this.kmsKeyArn = kmsKeyArn;
  }

  public Verification verify(RegisteredKey key) {
    return verifier.verify(
        key.birthAttestation(),
        policy.birthOf(
            new BirthStatement(
                key.custodian(),
                key.userId(),
                key.algorithm().label(),
                key.version(),
                key.publicKey(),
                kmsKeyArn)));
  }
}
