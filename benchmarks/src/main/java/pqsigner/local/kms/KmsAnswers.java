package pqsigner.local.kms;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;

/// Lets benchmarks have what the KMS stand-in writes, without the KMS stand-in.
public final class KmsAnswers {
  private KmsAnswers() {}

  /// A `CiphertextForRecipient`.
  ///
  /// @param subjectPublicKeyInfo of the recipient
  public static byte[] seal(byte[] plaintext, byte[] subjectPublicKeyInfo) {
    try {
      RSAPublicKey recipient =
          (RSAPublicKey)
              KeyFactory.getInstance("RSA")
                  .generatePublic(new X509EncodedKeySpec(subjectPublicKeyInfo));
      return RecipientCms.seal(plaintext, recipient, RecipientCms.Content.CONSTRUCTED);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no RSA public key", e);
    }
  }
}
