package pqsigner.cli.signature;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithContext;
import org.bouncycastle.crypto.signers.MLDSASigner;

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
    MLDSASigner verifier = verifier(new ParametersWithContext(parameters(key), context));
    verifier.update(message, 0, message.length);
    return new SignatureCheck(verifier.verifySignature(signature), BOUNCY_CASTLE);
  }

  public static SignatureCheck ofMu(MlDsaPublicKey key, byte[] mu, byte[] signature) {
    boolean valid = mu.length == 64 && verifier(parameters(key)).verifyMuSignature(mu, signature);
    return new SignatureCheck(valid, BOUNCY_CASTLE);
  }

  private static MLDSASigner verifier(CipherParameters parameters) {
    MLDSASigner verifier = new MLDSASigner();
    verifier.init(false, parameters);
    return verifier;
  }

  private static MLDSAPublicKeyParameters parameters(MlDsaPublicKey key) {
    MLDSAParameters set =
        switch (key.algorithm()) {
          case ML_DSA_44 -> MLDSAParameters.ml_dsa_44;
          case ML_DSA_65 -> MLDSAParameters.ml_dsa_65;
          case ML_DSA_87 -> MLDSAParameters.ml_dsa_87;
        };
    return new MLDSAPublicKeyParameters(set, key.raw());
  }
}
