package pqsigner.gateway.custodian;

import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import pqsigner.events.Topics;

/// Reads the caller from a verified client certificate.
///
/// The role is a part of the subject, so that a custodian called "gateway" is never the gateway.
/// Exactly one CN and one OU: with two, which one counts would depend on who reads it. The subject
/// is what an authority wrote, so only one that may speak for the role is believed.
public final class CertificateCustodianResolver {

  /// More callers at once than this, and a chain is followed again for some of them.
  private static final int VOUCHED_FOR_MAX = 4096;

  private final InstantSource clock;
  private final CallerAuthorities authorities;
  private final Custodians custodians;

  /// The fingerprints behind each certificate that was good.
  private final Map<X509Certificate, Set<String>> vouchedFor =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<X509Certificate, Set<String>> eldest) {
              return size() > VOUCHED_FOR_MAX;
            }
          });

  public CertificateCustodianResolver(
      InstantSource clock, CallerAuthorities authorities, Custodians custodians) {
    this.clock = clock;
    this.authorities = authorities;
    this.custodians = custodians;
  }

  /// Empty if the certificate is nobody's that this API serves. Checked for validity again, because
  /// a connection may outlive the certificate it was opened with.
  ///
  /// @param chain as the caller showed it, its own certificate first
  public Optional<Caller> resolve(List<X509Certificate> chain) {
    X509Certificate certificate = chain.getFirst();
    try {
      certificate.checkValidity(Date.from(clock.instant()));
    } catch (CertificateExpiredException | CertificateNotYetValidException e) {
      return Optional.empty();
    }
    return resolve(certificate.getSubjectX500Principal())
        .filter(caller -> vouchedFor(caller, chain).isPresent());
  }

  /// Whether the caller is served: a custodian that is registered and enabled, with a certificate
  /// that was agreed with it; an operator always.
  ///
  /// @param caller as [#resolve] read it from the chain
  /// @throws pqsigner.gateway.ledger.LedgerUnavailableException when that cannot be known now
  public boolean isServed(Caller caller, List<X509Certificate> chain) {
    return switch (caller) {
      case Caller.Operator _ -> true;
      case Caller.Custodian(String name) -> isServed(custodians.find(name), caller, chain);
    };
  }

  /// Likewise as of the last snapshot, without a look at the registry.
  public boolean wasServed(Caller caller, List<X509Certificate> chain) {
    return switch (caller) {
      case Caller.Operator _ -> true;
      case Caller.Custodian(String name) -> isServed(custodians.lastKnown(name), caller, chain);
    };
  }

  private boolean isServed(
      Optional<RegisteredCustodian> custodian, Caller caller, List<X509Certificate> chain) {
    return custodian
        .filter(RegisteredCustodian::isEnabled)
        .flatMap(registered -> vouchedFor(caller, chain).filter(registered.terms()::acceptAny))
        .isPresent();
  }

  /// A signature is checked once for each certificate, not for each request.
  private Optional<Set<String>> vouchedFor(Caller caller, List<X509Certificate> chain) {
    Set<String> known = vouchedFor.get(chain.getFirst());
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Set<String>> found = authorities.vouchFor(caller, chain, clock.instant());
    found.ifPresent(fingerprints -> vouchedFor.put(chain.getFirst(), fingerprints));
    return found;
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
      case "custodian" -> name.filter(Topics::isCustodian).map(Caller.Custodian::new);
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
