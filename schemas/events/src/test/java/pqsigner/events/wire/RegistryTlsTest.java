package pqsigner.events.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mutual TLS to the registry, configured in each of the forms that Kafka knows.
class RegistryTlsTest {
  private static final String PASSWORD = "changeit";
  private static final char[] SECRET = PASSWORD.toCharArray();

  @TempDir static Path folder;
  private static KeyStore server;
  private static KeyStore client;
  private static RegistryStub registry;

  @BeforeAll
  static void start() throws Exception {
    server = selfSigned("server", "ip:127.0.0.1");
    client = selfSigned("client", "dns:client");
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(server, SECRET);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusting(client));
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    registry = new RegistryStub(tls);
    registry.add("\"int\"");
  }

  @AfterAll
  static void stop() {
    registry.close();
  }

  private static String fetch(Map<String, String> ssl) {
    Map<String, Object> config = new HashMap<>(Map.of(WireConfig.URL, registry.url()));
    ssl.forEach((key, value) -> config.put("schema.registry.ssl." + key, value));
    try (SchemaRegistryClient client = new SchemaRegistryClient(new WireConfig(config))) {
      return client.schema(1);
    }
  }

  @Test
  void pemTextIsTaken() throws Exception {
    assertThat(
            fetch(
                Map.of(
                    "keystore.type", "PEM",
                    "keystore.certificate.chain", pem(certificate(client)),
                    "keystore.key", pem(key(client)),
                    "truststore.type", "PEM",
                    "truststore.certificates", pem(certificate(server)))))
        .isEqualTo("\"int\"");
  }

  @Test
  void pemFilesAreTaken() throws Exception {
    Path keys = folder.resolve("client.pem");
    Files.writeString(keys, pem(key(client)) + pem(certificate(client)));
    Path trust = folder.resolve("trust.pem");
    Files.writeString(trust, pem(certificate(server)));
    assertThat(
            fetch(
                Map.of(
                    "keystore.type",
                    "PEM",
                    "keystore.location",
                    keys.toString(),
                    "truststore.type",
                    "PEM",
                    "truststore.location",
                    trust.toString())))
        .isEqualTo("\"int\"");
  }

  @Test
  void keyStoreFilesAreTaken() throws Exception {
    for (String type : new String[] {"PKCS12", "JKS"}) {
      assertThat(
              fetch(
                  Map.of(
                      "keystore.type", type,
                      "keystore.location", file(type, copy(client, type)),
                      "keystore.password", PASSWORD,
                      "key.password", PASSWORD,
                      "truststore.type", type,
                      "truststore.location", file(type, copy(trusting(server), type)),
                      "truststore.password", PASSWORD)))
          .isEqualTo("\"int\"");
    }
  }

  @Test
  void withoutACertificateTheRegistryIsUnavailable() throws Exception {
    Map<String, String> trustOnly =
        Map.of("truststore.type", "PEM", "truststore.certificates", pem(certificate(server)));
    assertThatExceptionOfType(RegistryUnavailableException.class)
        .isThrownBy(() -> fetch(trustOnly));
  }

  @Test
  void aServerThatIsNotTrustedIsUnavailable() throws Exception {
    Map<String, String> other =
        Map.of(
            "keystore.type", "PEM",
            "keystore.certificate.chain", pem(certificate(client)),
            "keystore.key", pem(key(client)),
            "truststore.type", "PEM",
            "truststore.certificates", pem(certificate(client)));
    assertThatExceptionOfType(RegistryUnavailableException.class).isThrownBy(() -> fetch(other));
    assertThatExceptionOfType(RegistryUnavailableException.class).isThrownBy(() -> fetch(Map.of()));
  }

  private static KeyStore selfSigned(String name, String san) throws Exception {
    Path file = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + san,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, SECRET);
    }
    return store;
  }

  private static KeyStore trusting(KeyStore peer) throws GeneralSecurityException, IOException {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("peer", certificate(peer));
    return trust;
  }

  private static KeyStore copy(KeyStore from, String type)
      throws GeneralSecurityException, IOException {
    KeyStore to = KeyStore.getInstance(type);
    to.load(null, null);
    if (from.containsAlias("it")) {
      to.setKeyEntry("it", key(from), SECRET, from.getCertificateChain("it"));
    } else {
      to.setCertificateEntry("peer", from.getCertificate("peer"));
    }
    return to;
  }

  private static String file(String type, KeyStore store)
      throws GeneralSecurityException, IOException {
    Path file = Files.createTempFile(folder, "store", "." + type);
    try (var out = Files.newOutputStream(file)) {
      store.store(out, SECRET);
    }
    return file.toString();
  }

  private static Certificate certificate(KeyStore store) throws GeneralSecurityException {
    return store.getCertificate("it");
  }

  private static Key key(KeyStore store) throws GeneralSecurityException {
    return store.getKey("it", SECRET);
  }

  private static String pem(Certificate certificate) throws GeneralSecurityException {
    return pem("CERTIFICATE", certificate.getEncoded());
  }

  private static String pem(Key key) {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  private static String pem(String what, byte[] der) {
    return "-----BEGIN "
        + what
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + what
        + "-----\n";
  }
}
