package pqsigner.image.eif;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// Who signs images: a P-384 certificate, whose hash becomes PCR8, and its key.
public final class SigningIdentity {
  private static final int P384_BITS = 384;
  private static final Pattern CERTIFICATE = pem("CERTIFICATE");
  private static final Pattern KEY = pem("PRIVATE KEY");

  private final byte[] certificatePem;
  private final PrivateKey key;

  private SigningIdentity(byte[] certificatePem, PrivateKey key) {
    this.certificatePem = certificatePem;
    this.key = key;
  }

  /// @param certificatePem exactly one
  /// @param keyPem PKCS#8, unencrypted; whether it belongs to the certificate is seen when the
  ///   first signature is verified
  public static SigningIdentity of(byte[] certificatePem, byte[] keyPem) throws RefusedException {
    var _ = certificate(certificatePem);
    try {
      byte[] der = decode(KEY, keyPem, "private key (PKCS#8)");
      PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
      return new SigningIdentity(certificatePem.clone(), key);
    } catch (GeneralSecurityException e) {
      throw new RefusedException(Reason.INPUT_UNSUITABLE, "not an EC private key", e);
    }
  }

  byte[] certificatePem() {
    return certificatePem;
  }

  PrivateKey key() {
    return key;
  }

  static X509Certificate certificate(byte[] pem) throws RefusedException {
    byte[] der = decode(CERTIFICATE, pem, "certificate");
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      if (!(certificate.getPublicKey() instanceof ECPublicKey key)
          || key.getParams().getOrder().bitLength() != P384_BITS) {
        throw new RefusedException(Reason.INPUT_UNSUITABLE, "the certificate's key is not P-384");
      }
      return certificate;
    } catch (GeneralSecurityException e) {
      throw new RefusedException(Reason.INPUT_UNSUITABLE, "not an X.509 certificate", e);
    }
  }

  private static byte[] decode(Pattern pattern, byte[] pem, String what) throws RefusedException {
    Matcher matcher = pattern.matcher(new String(pem, ISO_8859_1));
    if (!matcher.matches()) {
      throw new RefusedException(Reason.INPUT_UNSUITABLE, "not exactly one " + what + " in PEM");
    }
    try {
      return Base64.getMimeDecoder().decode(matcher.group(1));
    } catch (IllegalArgumentException e) {
      throw new RefusedException(Reason.INPUT_UNSUITABLE, "the " + what + " is not base64", e);
    }
  }

  private static Pattern pem(String label) {
    return Pattern.compile(
        "\\s*-----BEGIN " + label + "-----\\s+([A-Za-z0-9+/=\\s]+)-----END " + label + "-----\\s*");
  }
}
