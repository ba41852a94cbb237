package pqsigner.gateway.testing;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithContext;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.MLDSASigner;
import pqsigner.mldsa.BouncyCastleVerifier;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.SigningInput;

/// A key that signs without an enclave. The same fill gives the same bytes.
public final class TestKey {

  public static final ParameterSet SET = ParameterSet.ML_DSA_44;

  private final MLDSAPrivateKeyParameters expanded;

  private TestKey(byte[] seed) {
    expanded = new MLDSAPrivateKeyParameters(BouncyCastleVerifier.parameters(SET), seed);
  }

  public static TestKey of(int fill) {
    byte[] seed = new byte[ParameterSet.SEED_BYTES];
    Arrays.fill(seed, (byte) fill);
    return new TestKey(seed);
  }

  public byte[] publicKey() {
    return expanded.getPublicKey();
  }

  /// @param fill tells the signatures of one message apart
  public byte[] sign(SigningInput input, int fill) {
    ParametersWithRandom key = new ParametersWithRandom(expanded, new Filled(fill));
    MLDSASigner signer = new MLDSASigner();
    try {
      return switch (input) {
        case SigningInput.Message(var message, var context) -> {
          signer.init(true, new ParametersWithContext(key, context));
          signer.update(message, 0, message.length);
          yield signer.generateSignature();
        }
        case SigningInput.ExternalMu(var mu) -> {
          signer.init(true, key);
          yield signer.generateMuSignature(mu);
        }
      };
    } catch (CryptoException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Filled extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final int fill;

    private Filled(int fill) {
      this.fill = fill;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      Arrays.fill(bytes, (byte) fill);
    }
  }
}
