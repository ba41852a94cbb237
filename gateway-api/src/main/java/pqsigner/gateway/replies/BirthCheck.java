package pqsigner.gateway.replies;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.BirthStatement;
import pqsigner.attestation.SealedKey;
import pqsigner.attestation.nitro.AttestationPolicy;
import pqsigner.attestation.nitro.AttestationVerifier;
import pqsigner.attestation.nitro.EvaluationTime;
import pqsigner.attestation.nitro.RejectionReason;
import pqsigner.attestation.nitro.TrustRoot;
import pqsigner.attestation.nitro.Verification;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestContent;

/// Whether a key was born in an enclave that we trust, for the request that we recorded, and is
/// held by the very record that we are about to store.
///
/// The document must chain to the root, show every register of one allowed image outside debug mode
/// and the nonce of the request, and commit (birth statement v2) to exactly this custodian, user,
/// algorithm, version, public key, KMS key, request and sealed record. The enclave opens that
/// record before it says so; a public key of one birth beside the seed of another is refused here.
///
/// It must have been made between the acceptance of the request and now, give or take the five
/// minutes by which AWS lets clocks differ. Its certificates are judged at its own time, since a
/// reply may wait in Kafka for longer than their three hours: the nonce rules out documents from
/// before the request, and one made later than its certificate allows is refused.
public final class BirthCheck {

  private final AttestationVerifier verifier;
  private final AttestationPolicy policy;
  private final String kmsKeyArn;

  /// @param images allowed enclave images by their registers, at least one
  /// @param host registers that tell of where the image runs, such as PCR3; may be empty
  public BirthCheck(
      AttestationVerifier verifier,
      TrustRoot root,
      List<Map<Integer, byte[]>> images,
      Map<Integer, byte[]> host,
      String kmsKeyArn) {
    this.verifier = verifier;
    this.policy = AttestationPolicy.trusting(root).images(images).pcrs(host);
    this.kmsKeyArn = kmsKeyArn;
  }

  /// @param key as it would be stored
  /// @param asked the pending request that it answers
  public Verification verify(RegisteredKey key, Request asked) {
    byte[] nonce = nonce(asked);
    if (nonce == null) {
      return new Verification.Rejected(
          RejectionReason.NONCE_MISMATCH, "none was recorded with the request");
    }
    BirthStatement statement =
        new BirthStatement(
                key.custodian(),
                key.userId(),
                key.algorithm().label(),
                key.version(),
                key.publicKey(),
                kmsKeyArn)
            .sealedAs(
                asked.requestId(), SealedKey.sha256(key.encryptedDataKey(), key.wrappedSeed()));
    return verifier.verify(
        key.birthAttestation(),
        policy.at(EvaluationTime.since(asked.acceptedAt())).nonce(nonce).birthOf(statement));
  }

  private static byte @Nullable [] nonce(Request asked) {
    RequestContent content = asked.content();
    return content == null ? null : content.birthNonce();
  }
}
