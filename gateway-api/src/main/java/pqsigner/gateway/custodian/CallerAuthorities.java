package pqsigner.gateway.custodian;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import pqsigner.attestation.Sha2;

/// The authorities that vouch for each role. TLS trusts all of them; which of them a caller's
/// certificate comes from is checked here.
public final class CallerAuthorities {

  private static final int AUTHORITIES_MAX = 64;

  private final Set<X509Certificate> custodians;
  private final Set<X509Certificate> operators;

  CallerAuthorities(Set<X509Certificate> custodians, Set<X509Certificate> operators) {
    this.custodians = Set.copyOf(custodians);
    this.operators = Set.copyOf(operators);
  }

  /// @throws IllegalArgumentException when a file holds no certificate, or more than 64, or cannot
  ///   be read; the gateway does not start then
  public static CallerAuthorities read(CallerSettings files) {
    return new CallerAuthorities(certificates(files.custodians()), certificates(files.operators()));
  }

  private static Set<X509Certificate> certificates(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      Set<X509Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .collect(Collectors.toCollection(LinkedHashSet::new));
      if (found.isEmpty() || found.size() > AUTHORITIES_MAX) {
        throw new IllegalArgumentException(
            file + " must hold 1 to " + AUTHORITIES_MAX + " certificates, not " + found.size());
      }
      return found;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException("no PEM certificates in " + file, e);
    }
  }

  /// All of them, for the handshake.
  public KeyStore trustStore() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int next = 0;
      for (X509Certificate authority :
          Stream.concat(custodians.stream(), operators.stream()).distinct().toList()) {
        store.setCertificateEntry("authority-" + next++, authority);
      }
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The fingerprints of the certificate, and of each authority between it and one of the caller's
  /// own role; empty if there is no such authority. What else the caller showed is not among them.
  ///
  /// @param chain as the caller showed it, its own certificate first
  Optional<Set<String>> vouchFor(Caller caller, List<X509Certificate> chain, Instant now) {
    Set<X509Certificate> anchors =
        switch (caller) {
          case Caller.Custodian _ -> custodians;
          case Caller.Operator _ -> operators;
        };
    X509CertSelector leaf = new X509CertSelector();
    leaf.setCertificate(chain.getFirst());
    try {
      var parameters =
          new PKIXBuilderParameters(
              anchors.stream()
                  .map(authority -> new TrustAnchor(authority, null))
                  .collect(Collectors.toSet()),
              leaf);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
      // Nobody publishes revocations here: an authority is taken out of its file.
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      return Optional.of(fingerprints(chain.getFirst(), built(parameters)));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private static PKIXCertPathBuilderResult built(PKIXBuilderParameters parameters)
      throws GeneralSecurityException {
    return (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
  }

  private static Set<String> fingerprints(X509Certificate own, PKIXCertPathBuilderResult path)
      throws GeneralSecurityException {
    Set<String> all = new HashSet<>();
    all.add(sha256(own.getEncoded()));
    all.add(sha256(path.getTrustAnchor().getTrustedCert().getPublicKey().getEncoded()));
    path.getCertPath().getCertificates().stream()
        .filter(certificate -> !certificate.equals(own))
        .forEach(authority -> all.add(sha256(authority.getPublicKey().getEncoded())));
    return Set.copyOf(all);
  }

  private static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(Sha2.sha256(bytes));
  }
}
