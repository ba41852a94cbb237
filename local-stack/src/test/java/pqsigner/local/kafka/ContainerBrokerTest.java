package pqsigner.local.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.HostConfig;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.local.LocalStack;
import pqsigner.local.pki.LocalPki;

/// What of the container is decided before there is one. No Docker engine is needed to know it.
class ContainerBrokerTest {

  private static final int PORT = 18_001;
  private static final int CONTROLLER_PORT = 18_002;
  private static final BrokerSettings SETTINGS = ContainerBroker.settings(PORT, CONTROLLER_PORT);

  @TempDir Path folder;

  private LocalPki pki;
  private Map<String, String> files;
  private BrokerSettings embedded;

  @BeforeEach
  void prepareBoth() throws IOException {
    pki = LocalPki.create(folder, List.of("custodian-a"), LocalStack.REGION, Instant.now());
    files = ContainerBroker.files(SETTINGS, pki);
    embedded =
        new BrokerSettings(
            List.of(BrokerSettings.Listener.loopback(PORT)),
            CONTROLLER_PORT,
            folder,
            folder.resolve("data"));
    embedded.write(pki);
  }

  @Test
  void itsPropertiesAreTheEmbeddedBrokersButForWhereItListensAndWhereItsFilesAre()
      throws IOException {
    Map<String, String> expected = parsed(Files.readString(embedded.file()));
    assertThat(expected)
        .containsEntry("allow.everyone.if.no.acl.found", "false")
        .containsEntry("ssl.client.auth", "required")
        .containsEntry("ssl.principal.mapping.rules", BrokerSettings.PRINCIPAL_MAPPING)
        .containsKeys("authorizer.class.name", "listeners", "advertised.listeners", "super.users");

    expected.put("listeners", "SSL://0.0.0.0:18001,CONTROLLER://127.0.0.1:18002");
    expected.put("ssl.keystore.location", "/opt/pq-signer/broker.pem");
    expected.put("ssl.truststore.location", "/opt/pq-signer/ca.crt");
    expected.put("log.dirs", "/tmp/kraft-combined-logs");
    assertThat(parsed(text("/opt/pq-signer/server.properties"))).isEqualTo(expected);
  }

  @Test
  void theFilesThatItsPropertiesNameAreCopiedInAndAreTheEmbeddedBrokers() throws IOException {
    assertThat(text("/opt/pq-signer/broker.pem"))
        .contains("PRIVATE KEY")
        .isEqualTo(Files.readString(embedded.keyStore()));
    assertThat(text("/opt/pq-signer/ca.crt")).isEqualTo(Files.readString(pki.ca()));
    assertThat(files).hasSize(3);
  }

  @Test
  void itIsToldAndTellsThePortThatClientsUse() {
    assertThat(parsed(text("/opt/pq-signer/server.properties")))
        .containsEntry("advertised.listeners", "SSL://" + SETTINGS.bootstrapServers());
    assertThat(ContainerBroker.onLoopback(new HostConfig(), PORT).getPortBindings().getBindings())
        .hasSize(1)
        .allSatisfy(
            (inside, outside) -> {
              assertThat(inside).hasToString("18001/tcp");
              assertThat(outside).hasSize(1);
              assertThat(outside[0]).hasToString("127.0.0.1:18001");
            });
  }

  @Test
  void itIsStartedLikeTheEmbeddedBroker() {
    assertThat(ContainerBroker.script(SETTINGS, "id"))
        .isEqualTo(
            "cd /opt/kafka/bin"
                + " && ./kafka-storage.sh format --ignore-formatted --cluster-id id"
                + " --config /opt/pq-signer/server.properties"
                + " && exec ./kafka-server-start.sh /opt/pq-signer/server.properties");
  }

  @Test
  void itsImageIsOfTheEmbeddedBrokersVersion() {
    assertThat(ContainerBroker.VERSION).isEqualTo(AppInfoParser.getVersion());
  }

  private String text(String path) {
    return Optional.ofNullable(files.get(path)).orElseThrow();
  }

  private static Map<String, String> parsed(String text) {
    var properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> map = new TreeMap<>();
    properties.forEach((key, value) -> map.put((String) key, (String) value));
    return map;
  }
}
