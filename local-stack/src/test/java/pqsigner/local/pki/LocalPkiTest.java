package pqsigner.local.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalPkiTest {

  @TempDir static Path parent;
  private static LocalPki pki;
  private static Instant now;

  @BeforeAll
  static void create() throws IOException {
    now = Instant.now();
    pki =
        LocalPki.create(
            parent.resolve("pki"), List.of("custodian-a", "custodian-b"), "eu-central-1", now);
  }

  @ParameterizedTest
  @CsvSource({
    "custodian-a, custodian-a, custodian",
    "custodian-b, custodian-b, custodian",
    "operator, operator, operator",
    "gateway, gateway, service",
    "worker, worker, service",
    "delay-line, delay-line, service",
    "broker, broker, broker",
    "admin, admin, service",
    "kms, kms, service",
    "intruder, custodian-a, custodian",
  })
  void aSubjectSaysNameAndRole(String file, String name, String role) {
    assertThat(certificate(file).getSubjectX500Principal().getName())
        .isEqualTo("CN=" + name + ",OU=" + role + ",O=PQ Signer local");
  }

  @Test
  void everyFileIsForItsOwnerOnly() throws IOException {
    assertThat(mode(pki.directory())).isEqualTo("rwx------");
    try (var files = Files.list(pki.directory())) {
      for (Path file : files.toList()) {
        assertThat(mode(file)).isEqualTo("rw-------");
      }
    }
  }

  @Test
  void noAuthoritysKeyIsOnDisk() throws IOException {
    try (var files = Files.list(pki.directory())) {
      assertThat(files.map(f -> f.getFileName().toString()).filter(n -> n.endsWith(".key")))
          .doesNotContain("ca.key", "kms-ca.key", "attestation-root.key")
          .noneMatch(name -> name.endsWith("-ca.key"));
    }
  }

  @Test
  void everythingEndsWithinADay() {
    for (String name : List.of("custodian-a", "gateway", "kms", "intruder")) {
      assertThat(certificate(name).getNotAfter().toInstant())
          .isBeforeOrEqualTo(now.plus(Duration.ofDays(1)));
    }
  }

  @Test
  void aCustodianAndTheGatewayKnowEachOther() throws Exception {
    assertThat(handshake(pki.pair("custodian-a"), "localhost")).isEqualTo("CN=custodian-a");
  }

  @Test
  void theIntruderIsRefusedThoughItsAuthorityHasTheSameName() {
    assertThat(certificate("intruder").getIssuerX500Principal())
        .isEqualTo(certificate("custodian-a").getIssuerX500Principal());
    assertThatThrownBy(() -> handshake(pki.pair("intruder"), "localhost"))
        .hasRootCauseInstanceOf(GeneralSecurityException.class);
  }

  /// The role is in the subject, and the subject is what an authority writes.
  @ParameterizedTest
  @CsvSource({
    "custodian, alice, operator",
    "custodian, gateway, service",
    "custodian, admin, service",
    "operator, custodian-a, custodian",
    "service, custodian-a, custodian",
    "service, broker, broker",
    "broker, admin, service"
  })
  void anAuthorityOfOneRoleCannotMakeAnother(String authority, String name, String role)
      throws Exception {
    PemPair forged = pki.issueBy(authority, authority + "-forged-" + name, name, role);

    assertThatThrownBy(() -> handshake(forged, "localhost"))
        .hasRootCauseInstanceOf(GeneralSecurityException.class);
    assertThat(handshake(pki.issue("honest-" + name + role, name, role), "localhost"))
        .isEqualTo("CN=" + name);
  }

  @Test
  void aClientWithoutACertificateIsRefused() {
    assertThatThrownBy(() -> handshake(null, "localhost")).hasCauseInstanceOf(SSLException.class);
  }

  @Test
  void onlyServersHaveHosts() throws Exception {
    assertThat(hosts("gateway")).containsExactly("localhost", "127.0.0.1", "gateway");
    assertThat(hosts("broker")).containsExactly("localhost", "127.0.0.1", "broker");
    assertThat(hosts("kms")).containsExactly("kms.eu-central-1.amazonaws.com", "localhost");
    assertThat(certificate("custodian-a").getSubjectAlternativeNames()).isNull();
  }

  @Test
  void theKmsIsUnderAnAuthorityThatSignsNobodyElse() throws Exception {
    certificate("kms").verify(Pem.certificate(pki.kmsCa()).getPublicKey());
    assertThatThrownBy(() -> certificate("kms").verify(Pem.certificate(pki.ca()).getPublicKey()))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void theNitroChainHasTheShapeOfTheRealOne() throws Exception {
    List<X509Certificate> bundle = Pem.certificates(pki.nitro().caBundle());
    X509Certificate leaf = Pem.certificate(pki.nitro().leaf().certificate());
    assertThat(bundle).hasSize(4);
    assertThat(bundle.getFirst()).isEqualTo(Pem.certificate(pki.nitro().root()));
    assertThat(bundle.stream().map(X509Certificate::getBasicConstraints))
        .containsExactly(Integer.MAX_VALUE, 2, 1, 0);
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getKeyUsage()).startsWith(true, true, false);
    assertThat(leaf.getCriticalExtensionOIDs()).containsExactly("2.5.29.19");
    for (int i = 1; i < bundle.size(); i++) {
      bundle.get(i).verify(bundle.get(i - 1).getPublicKey());
    }
    leaf.verify(bundle.getLast().getPublicKey());
    assertThat(((ECPublicKey) leaf.getPublicKey()).getParams().getOrder().bitLength())
        .isEqualTo(384);
    assertThat(leaf.getSubjectX500Principal().getName())
        .contains("CN=" + pki.nitro().moduleId() + ".eu-central-1.aws");
    assertThat(pki.nitro().moduleId()).matches("i-[0-9a-f]{17}-enc[0-9a-f]{16}");
    // A document holds at most 1024 bytes of each.
    for (X509Certificate certificate : bundle) {
      assertThat(certificate.getEncoded().length).isBetween(400, 1024);
    }
    assertThat(leaf.getEncoded().length).isBetween(400, 1024);
  }

  private static X509Certificate certificate(String name) {
    return Pem.certificate(pki.pair(name).certificate());
  }

  private static Collection<String> hosts(String name) throws GeneralSecurityException {
    return certificate(name).getSubjectAlternativeNames().stream()
        .map(entry -> String.valueOf(entry.get(1)))
        .toList();
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /// Common name that the gateway saw.
  private static String handshake(@Nullable PemPair client, String host) throws Exception {
    var server = Pem.sslContext(pki.ca(), pki.pair("gateway")).getServerSocketFactory();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        SSLServerSocket listener = (SSLServerSocket) server.createServerSocket(0)) {
      listener.setNeedClientAuth(true);
      Callable<String> accept = () -> accept(listener);
      Future<String> seen = threads.submit(accept);
      connect(client, host, listener.getLocalPort());
      return seen.get();
    }
  }

  /// A refused client notices late or by a broken connection; what the server saw is what counts.
  private static void connect(@Nullable PemPair client, String host, int port) {
    try (SSLSocket socket =
        (SSLSocket) Pem.sslContext(pki.ca(), client).getSocketFactory().createSocket(host, port)) {
      var parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
    } catch (SSLPeerUnverifiedException e) {
      throw new AssertionError("the server's certificate is not good for " + host, e);
    } catch (IOException e) {
      // Refused.
    }
  }

  private static String accept(SSLServerSocket listener) throws IOException {
    try (SSLSocket socket = (SSLSocket) listener.accept()) {
      socket.startHandshake();
      String name = socket.getSession().getPeerPrincipal().getName();
      return name.substring(0, name.indexOf(','));
    }
  }
}
