package pqsigner.local.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;

/// Everybody's certificates, in one folder that only its owner may open.
///
/// | file | who |
/// |---|---|
/// | `ca.crt` | the root, which issues the authorities of the roles and nobody else |
/// | `custodian-ca.crt`, `operator-ca.crt`, `service-ca.crt`, `broker-ca.crt` | an authority for each role; the subjects that it may issue are constrained by the root |
/// | `<custodian>.crt/.key` | `OU=custodian` |
/// | `operator` | `OU=operator` |
/// | `gateway`, `worker`, `delay-line`, `admin` | `OU=service` |
/// | `broker` | `OU=broker` |
/// | `intruder` | says it is the first custodian, under a stranger's authorities of our authorities' names |
/// | `kms-ca.crt`, `kms` | what the enclave trusts for `kms.<region>.amazonaws.com`, and nothing else |
/// | `attestation-root.pem`, `nsm-*` | [LocalNitroChain] |
public final class LocalPki {

  private static final GeneralName LOCALHOST = new GeneralName(GeneralName.dNSName, "localhost");

  private final Path directory;
  private final RoleAuthorities authorities;
  private final LocalNitroChain nitro;

  private LocalPki(Path directory, RoleAuthorities authorities, LocalNitroChain nitro) {
    this.directory = directory;
    this.authorities = authorities;
    this.nitro = nitro;
  }

  /// Makes and writes all of them.
  ///
  /// @param custodians at least one; the intruder claims to be the first
  public static LocalPki create(Path directory, List<String> custodians, String region, Instant now)
      throws IOException {
    OwnerOnly.directory(directory);
    var authorities = RoleAuthorities.create(now);
    var pki = new LocalPki(directory, authorities, LocalNitroChain.create(directory, region, now));
    OwnerOnly.write(pki.ca(), Pem.encode(authorities.root().certificate()));
    for (String role : RoleAuthorities.ROLES) {
      OwnerOnly.write(pki.authority(role), Pem.encode(authorities.of(role).certificate()));
    }
    for (String custodian : custodians) {
      pki.issueCustodian(custodian);
    }
    pki.issue("operator", "operator", "operator");
    pki.write("gateway", Subject.service("gateway"), names("gateway"), authorities.of("service"));
    pki.write("broker", Subject.broker(), names("broker"), authorities.of("broker"));
    for (String client : List.of("worker", "delay-line", "admin")) {
      pki.issue(client, client, "service");
    }
    pki.write(
        "intruder",
        Subject.custodian(custodians.getFirst()),
        List.of(),
        RoleAuthorities.create(now).of("custodian"));
    var amazon = CertificateAuthority.create("Stand-in for Amazon's roots", now);
    OwnerOnly.write(pki.kmsCa(), Pem.encode(amazon.certificate()));
    pki.write(
        "kms",
        Subject.service("kms"),
        List.of(new GeneralName(GeneralName.dNSName, kmsHost(region)), LOCALHOST),
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
    return new LocalPki(folder, authorities, nitro.in(folder));
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
    return issue(name, name, "custodian");
  }

  /// One more certificate with a role of the caller's choice, in `fileName.crt` and `.key`, by the
  /// role's authority; of a role that has none, by the root.
  public PemPair issue(String fileName, String commonName, String role) throws IOException {
    return write(fileName, new Subject(commonName, role), List.of(), authorities.of(role));
  }

  /// The same by the authority of another role, which may not issue it.
  public PemPair issueBy(String issuer, String fileName, String commonName, String role)
      throws IOException {
    return write(fileName, new Subject(commonName, role), List.of(), authorities.of(issuer));
  }

  public Path directory() {
    return directory;
  }

  public Path ca() {
    return directory.resolve("ca.crt");
  }

  /// @param role `custodian`, `operator`, `service` or `broker`
  public Path authority(String role) {
    return directory.resolve(role + "-ca.crt");
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
      String name, Subject subject, List<GeneralName> hosts, CertificateAuthority issuer)
      throws IOException {
    var issued = issuer.issue(subject, hosts);
    PemPair files = pair(name);
    OwnerOnly.write(
        files.certificate(), Pem.encode(issued.certificate()) + Pem.encode(issuer.chain()));
    OwnerOnly.write(files.key(), Pem.encode(issued.key().getPrivate()));
    return files;
  }
}
