package pqsigner.mldsa;

import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithContext;
import org.bouncycastle.crypto.signers.MLDSASigner;

/// Bouncy Castle's lightweight API: judges everything, external mu included.
public class BouncyCastleVerifier implements SignatureVerifier {

  @Override
  public final boolean verifies(SigningInput input) {
    return true;
  }

  @Override
  public final boolean verify(
      ParameterSet set, byte[] publicKey, SigningInput input, byte[] signature) {
    if (publicKey.length != set.publicKeyBytes() || signature.length != set.signatureBytes()) {
      return false;
    }
    MLDSASigner verifier = new MLDSASigner();
    CipherParameters key = new MLDSAPublicKeyParameters(parameters(set), publicKey);
    return switch (input) {
      case SigningInput.Message(var message, var context) -> {
        verifier.init(false, new ParametersWithContext(key, context));
        verifier.update(message, 0, message.length);
        yield verifier.verifySignature(signature);
      }
      case SigningInput.ExternalMu(var mu) -> {
        verifier.init(false, key);
        yield verifier.verifyMuSignature(mu, signature);
      }
    };
  }

  public static MLDSAParameters parameters(ParameterSet set) {
    return switch (set) {
      case ML_DSA_44 -> MLDSAParameters.ml_dsa_44;
      case ML_DSA_65 -> MLDSAParameters.ml_dsa_65;
      case ML_DSA_87 -> MLDSAParameters.ml_dsa_87;
    };
  }
}
