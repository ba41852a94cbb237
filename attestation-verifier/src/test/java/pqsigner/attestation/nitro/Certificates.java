package pqsigner.attestation.nitro;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.OptionalInt;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/// Issues certificates like those of AWS, and slightly wrong ones.
final class Certificates {

  /// What a certificate says, apart from its key and issuer.
  ///
  /// @param pathLength of a CA; null for an end entity
  /// @param usage bits of KeyUsage; null for no such extension
  /// @param unknownCritical adds an extension that nobody knows
  /// @param crl where its CRL is said to be
  record Content(
      String subject,
      Instant from,
      Instant to,
      @Nullable OptionalInt pathLength,
      @Nullable Integer usage,
      boolean unknownCritical,
      @Nullable String crl) {

    static Content ca(String subject, Instant issued, OptionalInt pathLength) {
      return new Content(
          subject,
          issued.minus(Duration.ofHours(1)),
          issued.plus(Duration.ofDays(1)),
          pathLength,
          KeyUsage.keyCertSign,
          false,
          null);
    }

    static Content leaf(String subject, Instant issued) {
      return new Content(
          subject,
          issued.minus(Duration.ofSeconds(3)),
          issued.plus(Duration.ofHours(3)),
          null,
          KeyUsage.digitalSignature,
          false,
          null);
    }

    Content validity(Instant newFrom, Instant newTo) {
      return new Content(subject, newFrom, newTo, pathLength, usage, unknownCritical, crl);
    }

    Content pathLength(@Nullable OptionalInt length) {
      return new Content(subject, from, to, length, usage, unknownCritical, crl);
    }

    Content usage(@Nullable Integer bits) {
      return new Content(subject, from, to, pathLength, bits, unknownCritical, crl);
    }

    Content withUnknownCritical() {
      return new Content(subject, from, to, pathLength, usage, true, crl);
    }

    Content crl(String uri) {
      return new Content(subject, from, to, pathLength, usage, unknownCritical, uri);
    }
  }

  private Certificates() {}

  static KeyPair keyPair(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static X509Certificate issue(Content content, KeyPair keys, String issuer, KeyPair issuerKeys) {
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Principal(issuer),
              BigInteger.valueOf(1_000_000 + content.subject().hashCode() % 1_000_000),
              Date.from(content.from()),
              Date.from(content.to()),
              new X500Principal(content.subject()),
              keys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, constraints(content.pathLength()));
      if (content.usage() != null) {
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(content.usage()));
      }
      if (content.unknownCritical()) {
        builder.addExtension(
            new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), true, DERNull.INSTANCE);
      }
      if (content.crl() != null) {
        builder.addExtension(Extension.cRLDistributionPoints, false, crl(content.crl()));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA384withECDSA").build(issuerKeys.getPrivate())));
    } catch (GeneralSecurityException | OperatorException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static BasicConstraints constraints(@Nullable OptionalInt pathLength) {
    if (pathLength == null) {
      return new BasicConstraints(false);
    }
    return pathLength.isPresent()
        ? new BasicConstraints(pathLength.getAsInt())
        : new BasicConstraints(true);
  }

  private static CRLDistPoint crl(String uri) {
    GeneralNames names =
        new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
    return new CRLDistPoint(
        new DistributionPoint[] {
          new DistributionPoint(new DistributionPointName(names), null, null)
        });
  }
}
