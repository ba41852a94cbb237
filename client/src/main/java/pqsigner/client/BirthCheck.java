package pqsigner.client;

import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import pqsigner.attestation.BirthStatement;
import pqsigner.attestation.nitro.AttestationPolicy;
import pqsigner.attestation.nitro.AttestationVerifier;
import pqsigner.attestation.nitro.EvaluationTime;
import pqsigner.attestation.nitro.TrustRoot;
import pqsigner.attestation.nitro.Verification;

/// Checks, offline, that a key was made in an enclave whose code its owner trusts.
///
/// The document must chain to the root, name one of the images, and commit to exactly this public
/// key, owner, user id, version and KMS key, and to the request and the sealed record that it was
/// made for. Certificates are judged as of the time that the document states: a birth attestation
/// is evidence, and outlives them.
///
/// @param root of AWS Nitro ([TrustRoot#awsNitroEnclaves]), or of a local stack
/// @param images what each trusted image measures to, by PCR index; PCR0 is required
/// @param custodian the owner
/// @param kmsKeyArn the KMS key that wraps the owner's keys
public record BirthCheck(
    TrustRoot root,
    Collection<? extends Map<Integer, byte[]>> images,
    String custodian,
    String kmsKeyArn) {

  /// @throws IllegalArgumentException when no image is named, or one without PCR0
  public BirthCheck {
    images = List.copyOf(images);
    AttestationPolicy.trusting(root).images(images);
  }

  /// A [Verification.Rejected] has the reason. A key of birth statement v1 is checked for what v1
  /// states, which is neither its request nor its sealed record.
  public Verification verify(RegisteredKey key) {
    AttestationPolicy policy =
        AttestationPolicy.trusting(root)
            .at(EvaluationTime.atDocumentTime())
            .images(images)
            .birthOf(statement(key));
    return new AttestationVerifier(InstantSource.system()).verify(key.birthAttestation(), policy);
  }

  private BirthStatement statement(RegisteredKey key) {
    BirthStatement statement =
        new BirthStatement(
            custodian,
            key.userId(),
            key.publicKey().algorithm().label(),
            key.version(),
            key.publicKey().raw(),
            kmsKeyArn);
    byte[] sealed = key.sealedKeySha256();
    return sealed == null ? statement : statement.sealedAs(key.requestId(), sealed);
  }
}
