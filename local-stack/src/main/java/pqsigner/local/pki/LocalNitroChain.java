package pqsigner.local.pki;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.jspecify.annotations.Nullable;

/// Root, region, zone, instance and enclave certificates with the names and extensions of AWS's,
/// under a root that only this stack trusts. Files, for [pqsigner.local.enclave.SimulatedNsm]:
/// `attestation-root.pem`, `nsm-cabundle.pem` (root first) and `nsm-leaf.crt/.key`.
///
/// The real leaf lives three hours and the hypervisor renews it; here nobody does, so the leaf
/// lives as long as its instance's certificate, a day.
public final class LocalNitroChain {

  private static final String CURVE = "secp384r1";
  private static final Duration DAY = Duration.ofDays(1);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path directory;
  private final String moduleId;

  private LocalNitroChain(Path directory, String moduleId) {
    this.directory = directory;
    this.moduleId = moduleId;
  }

  /// What a certificate of the chain says: its name, for how long, and the path length below it (-1
  /// for no limit, [#LEAF] for none at all).
  private record Says(String commonName, Duration lifetime, int pathLength) {}

  private static final int LEAF = -2;

  private record Node(KeyPair key, X509Certificate certificate) {}

  static LocalNitroChain create(Path directory, String region, Instant now) throws IOException {
    String instance = "i-" + randomHex(17);
    String module = instance + "-enc" + randomHex(16);
    String suffix = "." + region + ".aws";
    Node root = issue(null, new Says("aws.nitro-enclaves", DAY.multipliedBy(3650), -1), now);
    Node regional = issue(root, ca(randomHex(16) + suffix, 20, 2), now);
    Node zonal = issue(regional, ca(randomHex(16) + ".zonal" + suffix, 6, 1), now);
    Node host = issue(zonal, ca(instance + suffix, 1, 0), now);
    Node leaf = issue(host, new Says(module + suffix, DAY, LEAF), now);

    var chain = new LocalNitroChain(directory, module);
    OwnerOnly.write(chain.root(), Pem.encode(root.certificate));
    OwnerOnly.write(
        chain.caBundle(),
        Pem.encode(root.certificate, regional.certificate, zonal.certificate, host.certificate));
    OwnerOnly.write(chain.leaf().certificate(), Pem.encode(leaf.certificate));
    OwnerOnly.write(chain.leaf().key(), Pem.encode(leaf.key.getPrivate()));
    return chain;
  }

  LocalNitroChain in(Path folder) {
    return new LocalNitroChain(folder, moduleId);
  }

  public Path root() {
    return directory.resolve("attestation-root.pem");
  }

  /// Root first, the instance last, as in a document.
  public Path caBundle() {
    return directory.resolve("nsm-cabundle.pem");
  }

  public PemPair leaf() {
    return PemPair.in(directory, "nsm-leaf");
  }

  public String moduleId() {
    return moduleId;
  }

  private static Says ca(String prefix, int days, int pathLength) {
    return new Says(prefix + ".nitro-enclaves", DAY.multipliedBy(days), pathLength);
  }

  private static Node issue(@Nullable Node issuer, Says says, Instant now) {
    KeyPair key = CertificateAuthority.newKey(CURVE);
    X500Name subject = name(says.commonName);
    X500Name issuerName =
        issuer == null
            ? subject
            : X500Name.getInstance(issuer.certificate.getSubjectX500Principal().getEncoded());
    var builder =
        new JcaX509v3CertificateBuilder(
            issuerName,
            CertificateAuthority.serial(),
            Date.from(now.minus(Duration.ofMinutes(1))),
            Date.from(now.plus(says.lifetime)),
            subject,
            key.getPublic());
    try {
      extend(builder, issuer, says, key);
    } catch (CertIOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    KeyPair signer = issuer == null ? key : issuer.key;
    return new Node(key, CertificateAuthority.sign(builder, signer, "SHA384withECDSA"));
  }

  private static void extend(
      X509v3CertificateBuilder builder, @Nullable Node issuer, Says says, KeyPair key)
      throws CertIOException, GeneralSecurityException {
    if (says.pathLength == LEAF) {
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
          .addExtension(
              Extension.keyUsage,
              false,
              new KeyUsage(KeyUsage.digitalSignature | KeyUsage.nonRepudiation));
      return;
    }
    var extensions = new JcaX509ExtensionUtils();
    builder
        .addExtension(
            Extension.basicConstraints,
            true,
            says.pathLength < 0
                ? new BasicConstraints(true)
                : new BasicConstraints(says.pathLength))
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            extensions.createSubjectKeyIdentifier(key.getPublic()))
        .addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    if (issuer != null) {
      builder
          .addExtension(
              Extension.authorityKeyIdentifier,
              false,
              extensions.createAuthorityKeyIdentifier(issuer.certificate))
          .addExtension(Extension.cRLDistributionPoints, false, unreachableRevocationList());
    }
  }

  /// The real intermediates name one. Nobody may fetch it while verifying; this one cannot be.
  private static CRLDistPoint unreachableRevocationList() {
    var where =
        new GeneralNames(
            new GeneralName(
                GeneralName.uniformResourceIdentifier, "http://crl.local-stack.invalid/nitro.crl"));
    return new CRLDistPoint(
        new DistributionPoint[] {
          new DistributionPoint(new DistributionPointName(where), null, null)
        });
  }

  private static X500Name name(String commonName) {
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.C, "US")
        .addRDN(BCStyle.O, Subject.ORGANISATION)
        .addRDN(BCStyle.OU, "simulated")
        .addRDN(BCStyle.CN, commonName)
        .build();
  }

  private static String randomHex(int digits) {
    byte[] bytes = new byte[(digits + 1) / 2];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes).substring(0, digits);
  }
}
