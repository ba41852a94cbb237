package pqsigner.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.generators.MLDSAKeyPairGenerator;
import org.bouncycastle.crypto.params.MLDSAKeyGenerationParameters;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithContext;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.junit.jupiter.api.Test;
import pqsigner.mldsa.ExternalMu;

/// Signatures made by Bouncy Castle, checked as the command line checks them.
final class SignatureCheckTest {
  private static final byte[] MESSAGE = "pay 5 to bob".getBytes(UTF_8);
  private static final byte[] CONTEXT = "settlement".getBytes(UTF_8);
  private static final byte[] NO_CONTEXT = {};

  private final AsymmetricCipherKeyPair pair = pair();
  private final MlDsaPublicKey key =
      MlDsaPublicKey.decode(((MLDSAPublicKeyParameters) pair.getPublic()).getEncoded());

  @Test
  void aPureSignatureIsCheckedByTheJdk() throws Exception {
    byte[] signature = sign(hedged(pair.getPrivate()));

    SignatureCheck check = SignatureCheck.ofMessage(key, NO_CONTEXT, MESSAGE, signature);

    assertThat(check).isEqualTo(new SignatureCheck(true, "JDK (SUN)"));
    signature[100] ^= 1;
    assertThat(SignatureCheck.ofMessage(key, MESSAGE, signature).valid()).isFalse();
  }

  @Test
  void aSignatureOfTheWrongLengthIsInvalidAndNoError() {
    assertThat(SignatureCheck.ofMessage(key, MESSAGE, new byte[7]).valid()).isFalse();
    assertThat(SignatureCheck.ofMessage(key, CONTEXT, MESSAGE, new byte[7]).valid()).isFalse();
    assertThat(SignatureCheck.ofMu(key, new byte[64], new byte[7]).valid()).isFalse();
  }

  @Test
  void aSignatureHoldsOnlyUnderItsContext() throws Exception {
    byte[] signature = sign(new ParametersWithContext(hedged(pair.getPrivate()), CONTEXT));

    assertThat(SignatureCheck.ofMessage(key, CONTEXT, MESSAGE, signature))
        .isEqualTo(new SignatureCheck(true, "Bouncy Castle"));
    assertThat(SignatureCheck.ofMessage(key, NO_CONTEXT, MESSAGE, signature).valid()).isFalse();
    byte[] other = "other".getBytes(UTF_8);
    assertThat(SignatureCheck.ofMessage(key, other, MESSAGE, signature).valid()).isFalse();
  }

  @Test
  void theMuComputedHereIsTheOneThatBouncyCastleComputes() throws Exception {
    MLDSASigner signer = new MLDSASigner();
    signer.init(true, new ParametersWithContext(hedged(pair.getPrivate()), CONTEXT));
    signer.update(MESSAGE, 0, MESSAGE.length);

    assertThat(ExternalMu.of(key.raw(), CONTEXT, MESSAGE)).isEqualTo(signer.generateMu());
  }

  @Test
  void aSignatureOfAMuIsASignatureOfItsMessageForTheJdk() throws Exception {
    byte[] mu = ExternalMu.of(key.raw(), NO_CONTEXT, MESSAGE);
    MLDSASigner signer = new MLDSASigner();
    signer.init(true, hedged(pair.getPrivate()));
    byte[] signature = signer.generateMuSignature(mu);

    assertThat(SignatureCheck.ofMessage(key, MESSAGE, signature))
        .isEqualTo(new SignatureCheck(true, "JDK (SUN)"));
    assertThat(SignatureCheck.ofMu(key, mu, signature).valid()).isTrue();
    mu[0] ^= 1;
    assertThat(SignatureCheck.ofMu(key, mu, signature).valid()).isFalse();
  }

  private byte[] sign(CipherParameters parameters) throws Exception {
    MLDSASigner signer = new MLDSASigner();
    signer.init(true, parameters);
    signer.update(MESSAGE, 0, MESSAGE.length);
    return signer.generateSignature();
  }

  private static ParametersWithRandom hedged(CipherParameters key) {
    return new ParametersWithRandom(key, new SecureRandom());
  }

  private static AsymmetricCipherKeyPair pair() {
    MLDSAKeyPairGenerator generator = new MLDSAKeyPairGenerator();
    generator.init(new MLDSAKeyGenerationParameters(new SecureRandom(), MLDSAParameters.ml_dsa_65));
    return generator.generateKeyPair();
  }
}
