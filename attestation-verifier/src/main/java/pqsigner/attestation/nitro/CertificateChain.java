package pqsigner.attestation.nitro;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;

/// The certificates of a document, validated to a pinned root by the JDK's own PKIX implementation.
///
/// The bytes come from anyone. Where the JDK's decoder answers them with an unchecked exception,
/// that is a rejection too.
final class CertificateChain {
  private static final String SUN = "SUN";

  private CertificateChain() {}

  /// Leaf first, without the root. Every certificate must be valid `at` that instant.
  static List<X509Certificate> validate(AttestationDocument document, TrustRoot root, Instant at)
      throws DocumentException {
    List<X509Certificate> path = new ArrayList<>();
    path.add(parse(document.certificate(), "leaf"));
    for (int i = document.cabundle().size() - 1; i > 0; i--) {
      path.add(parse(document.cabundle().get(i), "cabundle[" + i + "]"));
    }
    Date date = Date.from(at);
    checkValidity(root, date);
    validatePath(path, root, date);
    return List.copyOf(path);
  }

  /// Exactly one certificate in DER; the JDK's factory would also take PEM, BER or bytes behind it.
  static X509Certificate parse(byte[] der, String where) throws DocumentException {
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509", SUN)
                  .generateCertificate(new ByteArrayInputStream(der));
      if (Arrays.equals(certificate.getEncoded(), der)) {
        return certificate;
      }
    } catch (GeneralSecurityException | RuntimeException e) {
      // Falls through: the cause is the decoder's wording of what an attacker wrote.
    }
    throw new DocumentException(RejectionReason.CERTIFICATE_MALFORMED, where);
  }

  /// PKIX takes the anchor as it is; its dates are for the caller to look at.
  private static void checkValidity(TrustRoot root, Date at) throws DocumentException {
    try {
      root.certificate().checkValidity(at);
    } catch (CertificateExpiredException e) {
      throw new DocumentException(RejectionReason.CERTIFICATE_EXPIRED, "root");
    } catch (CertificateNotYetValidException e) {
      throw new DocumentException(RejectionReason.CERTIFICATE_NOT_YET_VALID, "root");
    }
  }

  private static void validatePath(List<X509Certificate> path, TrustRoot root, Date at)
      throws DocumentException {
    try {
      PKIXParameters parameters = new PKIXParameters(Set.of(root.anchor()));
      parameters.setDate(at);
      // AWS's intermediates name a CRL, and AWS says not to use it: no network from here.
      parameters.setRevocationEnabled(false);
      CertPathValidator.getInstance("PKIX", SUN)
          .validate(
              CertificateFactory.getInstance("X.509", SUN).generateCertPath(path), parameters);
    } catch (CertPathValidatorException e) {
      throw new DocumentException(reason(e.getReason()), where(e.getIndex()));
    } catch (CertificateException | RuntimeException e) {
      throw new DocumentException(RejectionReason.CHAIN_INVALID, "chain cannot be validated");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has PKIX", e);
    }
  }

  private static RejectionReason reason(CertPathValidatorException.Reason reason) {
    return switch (reason) {
      case BasicReason.EXPIRED -> RejectionReason.CERTIFICATE_EXPIRED;
      case BasicReason.NOT_YET_VALID -> RejectionReason.CERTIFICATE_NOT_YET_VALID;
      case BasicReason.INVALID_SIGNATURE -> RejectionReason.CHAIN_SIGNATURE;
      // The one anchor's name is not the issuer of the topmost certificate.
      case PKIXReason.NO_TRUST_ANCHOR, PKIXReason.NAME_CHAINING -> RejectionReason.CHAIN_NAME;
      case PKIXReason.NOT_CA_CERT, PKIXReason.PATH_TOO_LONG, PKIXReason.INVALID_KEY_USAGE ->
          RejectionReason.CHAIN_CONSTRAINT;
      default -> RejectionReason.CHAIN_INVALID;
    };
  }

  private static String where(int index) {
    return index < 0 ? "chain" : index == 0 ? "leaf" : "intermediate " + index + " above the leaf";
  }
}
