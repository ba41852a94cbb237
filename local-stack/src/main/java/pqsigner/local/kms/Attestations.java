package pqsigner.local.kms;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.InstantSource;
import java.util.Arrays;
import pqsigner.attestation.nitro.AttestationDocument;
import pqsigner.attestation.nitro.AttestationPolicy;
import pqsigner.attestation.nitro.AttestationVerifier;
import pqsigner.attestation.nitro.TrustRoot;
import pqsigner.attestation.nitro.Verification;

/// Is the document genuine and fresh, and to which key may the answer be encrypted? Which code may
/// ask is for the [KeyPolicy].
final class Attestations {

  private static final int RSA_BITS_MIN = 2048;
  private static final int RSA_BITS_MAX = 4096;

  private final AttestationVerifier verifier;

  /// A debug-mode document is as genuine as any other; a policy that names images refuses it.
  private final AttestationPolicy genuine;

  Attestations(TrustRoot root, InstantSource clock) {
    this.verifier = new AttestationVerifier(clock);
    this.genuine = AttestationPolicy.trusting(root).allowDebug(true);
  }

  record Recipient(AttestationDocument document, RSAPublicKey key) {}

  Recipient verify(byte[] encoded) throws KmsError {
    return switch (verifier.verify(encoded, genuine)) {
      case Verification.Verified verified ->
          new Recipient(verified.document(), recipientKey(verified.document()));
      case Verification.Rejected rejected ->
          throw new KmsError(
              KmsError.Type.VALIDATION,
              "Attestation document is not valid: " + rejected.reason().code());
    };
  }

  private static RSAPublicKey recipientKey(AttestationDocument document) throws KmsError {
    byte[] encoded = document.publicKey();
    if (encoded != null) {
      try {
        var key =
            (RSAPublicKey)
                KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(encoded));
        int bits = key.getModulus().bitLength();
        if (bits >= RSA_BITS_MIN
            && bits <= RSA_BITS_MAX
            && Arrays.equals(key.getEncoded(), encoded)) {
          return key;
        }
      } catch (GeneralSecurityException e) {
        // Answered below, as any other key that is not one.
      }
    }
    throw new KmsError(
        KmsError.Type.VALIDATION, "The attestation document has no usable RSA public key.");
  }
}
