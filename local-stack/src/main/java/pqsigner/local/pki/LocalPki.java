package pqsigner.local.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;

/// Everybody's certificates, in one folder that only its owner may open.
///
/// | file | who |
/// |---|---|
/// | `ca.crt` | authority of clients and services |
/// | `<custodian>.crt/.key` | `OU=custodian` |
/// | `operator` | `OU=operator` |
/// | `gateway`, `worker`, `delay-line`, `broker`, `admin` | `OU=service` |
/// | `intruder` | says it is the first custodian, signed by a stranger's authority of our authority's name |
/// | `kms-ca.crt`, `kms` | what the enclave trusts for `kms.<region>.amazonaws.com`, and nothing else |
/// | `attestation-root.pem`, `nsm-*` | [LocalNitroChain] |
public final class LocalPki {

  private static final String AUTHORITY = "PQ Signer local authority";
  private static final GeneralName LOCALHOST = new GeneralName(GeneralName.dNSName, "localhost");

  private final Path directory;
  private final CertificateAuthority authority;
  private final LocalNitroChain nitro;

  private LocalPki(Path directory, CertificateAuthority authority, LocalNitroChain nitro) {
    this.directory = directory;
    this.authority = authority;
    this.nitro = nitro;
  }

  /// Makes and writes all of them.
  ///
  /// @param custodians at least one; the intruder claims to be the first
  public static LocalPki create(Path directory, List<String> custodians, String region, Instant now)
      throws IOException {
    OwnerOnly.directory(directory);
    var authority = CertificateAuthority.create(AUTHORITY, now);
    var pki = new LocalPki(directory, authority, LocalNitroChain.create(directory, region, now));
    OwnerOnly.write(pki.ca(), Pem.encode(authority.certificate()));
    for (String custodian : custodians) {
      pki.issueCustodian(custodian);
    }
    pki.write("operator", authority.issue(Subject.operator("operator"), List.of()), authority);
    for (String server : List.of("gateway", "broker")) {
      pki.write(server, authority.issue(Subject.service(server), names(server)), authority);
    }
    for (String client : List.of("worker", "delay-line", "admin")) {
      pki.write(client, authority.issue(Subject.service(client), List.of()), authority);
    }
    var stranger = CertificateAuthority.create(AUTHORITY, now);
    pki.write(
        "intruder", stranger.issue(Subject.custodian(custodians.getFirst()), List.of()), stranger);
    var amazon = CertificateAuthority.create("Stand-in for Amazon's roots", now);
    OwnerOnly.write(pki.kmsCa(), Pem.encode(amazon.certificate()));
    pki.write(
        "kms",
        amazon.issue(
            Subject.service("kms"),
            List.of(new GeneralName(GeneralName.dNSName, kmsHost(region)), LOCALHOST)),
        amazon);
    return pki;
  }

  /// Loopback, and what other containers call it.
  private static List<GeneralName> names(String server) {
    return List.of(
        LOCALHOST,
        new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
        new GeneralName(GeneralName.dNSName, server));
  }

  /// The same in another folder, which holds what [#copyTo] brought there.
  public LocalPki in(Path folder) {
    return new LocalPki(folder, authority, nitro.in(folder));
  }

  /// Gives a part the files that it may see, and no others.
  ///
  /// @param names of files; a name without a dot means a certificate and its key
  /// @return the view of them from there
  public LocalPki copyTo(Path folder, String... names) throws IOException {
    for (String name : names) {
      List<String> files =
          name.contains(".") ? List.of(name) : List.of(name + ".crt", name + ".key");
      for (String file : files) {
        OwnerOnly.write(folder.resolve(file), Files.readString(directory.resolve(file)));
      }
    }
    return in(folder);
  }

  /// The name that the enclave asks for and checks, as with the real service.
  public static String kmsHost(String region) {
    return "kms." + region + ".amazonaws.com";
  }

  /// One more custodian, for tests of who may be called what.
  public PemPair issueCustodian(String name) throws IOException {
    return write(name, authority.issue(Subject.custodian(name), List.of()), authority);
  }

  /// One more certificate with a role of the caller's choice, in `fileName.crt` and `.key`.
  public PemPair issue(String fileName, String commonName, String role) throws IOException {
    return write(fileName, authority.issue(new Subject(commonName, role), List.of()), authority);
  }

  public Path directory() {
    return directory;
  }

  public Path ca() {
    return directory.resolve("ca.crt");
  }

  public Path kmsCa() {
    return directory.resolve("kms-ca.crt");
  }

  public LocalNitroChain nitro() {
    return nitro;
  }

  /// The files of a custodian, `operator`, `intruder` or a service.
  public PemPair pair(String name) {
    return PemPair.in(directory, name);
  }

  private PemPair write(
      String name, CertificateAuthority.Issued issued, CertificateAuthority issuer)
      throws IOException {
    PemPair files = pair(name);
    X509Certificate[] chain = {issued.certificate(), issuer.certificate()};
    OwnerOnly.write(files.certificate(), Pem.encode(chain));
    OwnerOnly.write(files.key(), Pem.encode(issued.key().getPrivate()));
    return files;
  }
}
