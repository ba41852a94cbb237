package pqsigner.local.pki;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// An authority, a root or one under a root, and the leaves it signs: P-256, valid from a minute
/// ago for one day. The key is in memory only and dies with this process.
final class CertificateAuthority {

  private static final Duration LIFETIME = Duration.ofDays(1);

  /// Several processes compare clocks; a certificate must not be younger than the slowest of them.
  private static final Duration BACKDATED = Duration.ofMinutes(1);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final KeyPair key;
  private final X509Certificate certificate;
  private final Optional<CertificateAuthority> root;
  private final Instant now;

  private CertificateAuthority(
      KeyPair key, X509Certificate certificate, Optional<CertificateAuthority> root, Instant now) {
    this.key = key;
    this.certificate = certificate;
    this.root = root;
    this.now = now;
  }

  /// A certificate and the key it is for.
  record Issued(X509Certificate certificate, KeyPair key) {}

  static CertificateAuthority create(String name, Instant now) {
    KeyPair key = newKey("secp256r1");
    X500Name subject = authorityName(name);
    var builder = builder(subject, subject, key.getPublic(), now);
    try {
      addAuthorityExtensions(builder, key.getPublic(), 1);
      return new CertificateAuthority(
          key, sign(builder, key, "SHA256withECDSA"), Optional.empty(), now);
    } catch (CertIOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// An authority under this one that may issue subjects of one role and no others.
  CertificateAuthority authorityFor(String role) {
    KeyPair own = newKey("secp256r1");
    X500Name issuer = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    var builder =
        builder(issuer, authorityName("PQ Signer local " + role + "s"), own.getPublic(), now);
    try {
      addAuthorityExtensions(builder, own.getPublic(), 0);
      builder
          .addExtension(
              Extension.authorityKeyIdentifier,
              false,
              new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate))
          .addExtension(
              Extension.nameConstraints,
              true,
              new NameConstraints(
                  new GeneralSubtree[] {
                    new GeneralSubtree(new GeneralName(Subject.everyoneOf(role)))
                  },
                  null));
      return new CertificateAuthority(
          own, sign(builder, key, "SHA256withECDSA"), Optional.of(this), now);
    } catch (CertIOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X500Name authorityName(String name) {
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.O, Subject.ORGANISATION)
        .addRDN(BCStyle.CN, name)
        .build();
  }

  private static void addAuthorityExtensions(
      X509v3CertificateBuilder builder, PublicKey key, int authoritiesBelow)
      throws CertIOException, GeneralSecurityException {
    builder
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(authoritiesBelow))
        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign))
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
  }

  /// What stands behind a leaf: this one and the root above it, if there is one.
  X509Certificate[] chain() {
    return Stream.concat(Stream.of(certificate), root.stream().map(r -> r.certificate))
        .toArray(X509Certificate[]::new);
  }

  X509Certificate certificate() {
    return certificate;
  }

  /// A client certificate that is a server's too when it names hosts.
  Issued issue(Subject subject, List<GeneralName> hosts) {
    KeyPair leaf = newKey("secp256r1");
    X500Name issuer = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    var builder = builder(issuer, subject.x500(), leaf.getPublic(), now);
    try {
      var extensions = new JcaX509ExtensionUtils();
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
          .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
          .addExtension(
              Extension.authorityKeyIdentifier,
              false,
              extensions.createAuthorityKeyIdentifier(certificate))
          .addExtension(Extension.extendedKeyUsage, false, purposes(hosts));
      if (!hosts.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(hosts.toArray(GeneralName[]::new)));
      }
      return new Issued(sign(builder, key, "SHA256withECDSA"), leaf);
    } catch (CertIOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ExtendedKeyUsage purposes(List<GeneralName> hosts) {
    return new ExtendedKeyUsage(
        hosts.isEmpty()
            ? new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth}
            : new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth});
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey key, Instant now) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        serial(),
        Date.from(now.minus(BACKDATED)),
        Date.from(now.plus(LIFETIME)),
        subject,
        key);
  }

  static BigInteger serial() {
    return new BigInteger(127, RANDOM).setBit(0);
  }

  static KeyPair newKey(String curve) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks the curve " + curve, e);
    }
  }

  static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair issuer, String algorithm) {
    try {
      var signer = new JcaContentSignerBuilder(algorithm).build(issuer.getPrivate());
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
