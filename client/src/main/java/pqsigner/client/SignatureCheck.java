package pqsigner.client;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import org.jspecify.annotations.Nullable;
import pqsigner.mldsa.BouncyCastleVerifier;
import pqsigner.mldsa.SigningInput;

/// Verifies ML-DSA signatures.
///
/// Pure signatures with an empty context are checked by the JDK's own ML-DSA, which shares no code
/// with the enclave's engines. The JDK knows neither contexts nor an external mu, so those two are
/// checked by Bouncy Castle; an external mu computed from a whole message can be checked against
/// that message by the JDK.
///
/// @param engine which implementation decided
public record SignatureCheck(boolean valid, String engine) {
  private static final String JDK = "JDK (SUN)";
  private static final String BOUNCY_CASTLE = "Bouncy Castle";

  public static SignatureCheck ofMessage(MlDsaPublicKey key, byte[] message, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("ML-DSA", "SUN");
      verifier.initVerify(
          KeyFactory.getInstance("ML-DSA", "SUN")
              .generatePublic(new X509EncodedKeySpec(key.spki())));
      verifier.update(message);
      return new SignatureCheck(verifier.verify(signature), JDK);
    } catch (SignatureException e) {
      return new SignatureCheck(false, JDK); // how the JDK says that it is malformed
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("JDK 25 has ML-DSA", e);
    }
  }

  public static SignatureCheck ofMessage(
      MlDsaPublicKey key, byte[] context, byte[] message, byte[] signature) {
    if (context.length == 0) {
      return ofMessage(key, message, signature);
    }
    return byBouncyCastle(key, new SigningInput.Message(message, context), signature);
  }

  public static SignatureCheck ofMu(MlDsaPublicKey key, byte[] mu, byte[] signature) {
    return mu.length == SigningInput.MU_BYTES
        ? byBouncyCastle(key, new SigningInput.ExternalMu(mu), signature)
        : new SignatureCheck(false, BOUNCY_CASTLE);
  }

  /// Whether a signature is one of what a request asked to have signed.
  public static SignatureCheck of(MlDsaPublicKey key, SignerRequest request, byte[] signature) {
    byte[] mu = request.mu();
    if (mu != null) {
      return ofMu(key, mu, signature);
    }
    return ofMessage(key, orEmpty(request.context()), orEmpty(request.message()), signature);
  }

  private static byte[] orEmpty(byte @Nullable [] bytes) {
    return bytes == null ? new byte[0] : bytes;
  }

  private static SignatureCheck byBouncyCastle(
      MlDsaPublicKey key, SigningInput input, byte[] signature) {
    boolean valid =
        new BouncyCastleVerifier().verify(key.parameterSet(), key.raw(), input, signature);
    return new SignatureCheck(valid, BOUNCY_CASTLE);
  }
}
