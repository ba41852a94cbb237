package pqsigner.gateway.custodian;

import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import pqsigner.events.Topics;

/// Reads the caller from a verified client certificate.
///
/// The role is a part of the subject, so that a custodian called "gateway" is never the gateway.
/// Exactly one CN and one OU: with two, which one counts would depend on who reads it.
public final class CertificateCustodianResolver {

  private final InstantSource clock;

  public CertificateCustodianResolver(InstantSource clock) {
    this.clock = clock;
  }

  /// Empty if the certificate is nobody's that this API serves. Checked for validity again, because
  /// a connection may outlive the certificate it was opened with.
  public Optional<Caller> resolve(X509Certificate certificate) {
    try {
      certificate.checkValidity(Date.from(clock.instant()));
    } catch (CertificateExpiredException | CertificateNotYetValidException e) {
      return Optional.empty();
    }
    return resolve(certificate.getSubjectX500Principal());
  }

  static Optional<Caller> resolve(X500Principal subject) {
    List<Rdn> rdns;
    try {
      rdns = new LdapName(subject.getName(X500Principal.RFC2253)).getRdns();
    } catch (InvalidNameException e) {
      return Optional.empty();
    }
    Optional<String> name = only("CN", rdns);
    Optional<String> role = only("OU", rdns);
    if (name.isEmpty() || role.isEmpty() || !Topics.CUSTODIAN.matcher(name.get()).matches()) {
      return Optional.empty();
    }
    return switch (role.get()) {
      case "custodian" -> Optional.of(new Caller.Custodian(name.get()));
      case "operator" -> Optional.of(new Caller.Operator(name.get()));
      default -> Optional.empty();
    };
  }

  /// The value of the attribute if it is there once, alone in its RDN, and text.
  private static Optional<String> only(String type, List<Rdn> rdns) {
    List<Rdn> found = rdns.stream().filter(rdn -> rdn.toAttributes().get(type) != null).toList();
    return found.size() == 1
            && found.getFirst().size() == 1
            && found.getFirst().getValue() instanceof String text
        ? Optional.of(text)
        : Optional.empty();
  }
}
