package pqsigner.attestation.nitro;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import pqsigner.attestation.Sha2;

/// A root certificate that documents may chain to. A document's own copy is compared with it byte
/// by byte and never used in its place.
public final class TrustRoot {
  private static final String AWS_RESOURCE = "aws-nitro-enclaves-root-g1.der";

  /// As published by AWS for the certificate in root G1's zip file.
  private static final String AWS_SHA256 =
      "641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b";

  private static final int FILE_BYTES_MAX = 16 * 1024;

  private static final Pattern PEM =
      Pattern.compile(
          "\\s*-----BEGIN CERTIFICATE-----\\s+([A-Za-z0-9+/=\\s]+)-----END CERTIFICATE-----\\s*");

  private final byte[] der;
  private final X509Certificate certificate;
  private final String name;

  private TrustRoot(byte[] der, X509Certificate certificate, String name) {
    this.der = der;
    this.certificate = certificate;
    this.name = name;
  }

  /// AWS Nitro Enclaves root G1, which every enclave outside of tests chains to.
  public static TrustRoot awsNitroEnclaves() {
    try (InputStream resource = TrustRoot.class.getResourceAsStream(AWS_RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException("the jar lacks " + AWS_RESOURCE);
      }
      byte[] der = resource.readNBytes(FILE_BYTES_MAX);
      TrustRoot root = of(der, "AWS Nitro Enclaves root G1");
      if (!root.sha256().equals(AWS_SHA256)) {
        throw new IllegalStateException("the jar's " + AWS_RESOURCE + " is not root G1");
      }
      return root;
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + AWS_RESOURCE, e);
    }
  }

  /// A root of one's own, such as the local stack's.
  ///
  /// @param pemOrDer exactly one certificate
  /// @throws IllegalArgumentException if it is something else
  public static TrustRoot of(byte[] pemOrDer) {
    if (pemOrDer.length > FILE_BYTES_MAX) {
      throw new IllegalArgumentException("a root certificate is no larger than 16 KiB");
    }
    Matcher pem = PEM.matcher(new String(pemOrDer, ISO_8859_1));
    return of(
        pem.matches() ? Base64.getMimeDecoder().decode(pem.group(1)) : pemOrDer.clone(),
        "given root");
  }

  private static TrustRoot of(byte[] der, String name) {
    try {
      X509Certificate certificate = CertificateChain.parse(der, "root");
      if (certificate.getBasicConstraints() < 0) {
        throw new IllegalArgumentException("the root certificate is not a CA");
      }
      return new TrustRoot(der, certificate, name);
    } catch (DocumentException e) {
      throw new IllegalArgumentException("not one X.509 certificate in PEM or DER", e);
    }
  }

  byte[] der() {
    return der;
  }

  X509Certificate certificate() {
    return certificate;
  }

  TrustAnchor anchor() {
    return new TrustAnchor(certificate, null);
  }

  /// Whether this is the root that AWS publishes, wherever it was read from.
  boolean isAws() {
    return sha256().equals(AWS_SHA256);
  }

  /// What to call it in a report.
  public String name() {
    return name;
  }

  /// Fingerprint in lower-case hex.
  public String sha256() {
    return HexFormat.of().formatHex(Sha2.sha256(der));
  }

  @Override
  public String toString() {
    return name + " " + sha256();
  }
}
