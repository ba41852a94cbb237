package pqsigner.local.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.pki.OwnerOnly;
import pqsigner.local.pki.PemPair;

/// One node that is broker and controller, mTLS on every listener, deny by default.
///
/// @param listeners where clients connect; the first is also the broker's own
/// @param controllerPort where the node talks to itself, on loopback
/// @param directory of its configuration, as the broker sees it
/// @param data of its logs, in Kafka's sense of the word, likewise
public record BrokerSettings(
    List<Listener> listeners, int controllerPort, Path directory, Path data) {

  /// The name that Kafka's image looks for.
  public static final String FILE = "server.properties";

  /// @param bind address to listen on; empty for every one
  /// @param host what clients are told to connect to
  public record Listener(String name, String bind, String host, int port) {
    public static Listener loopback(int port) {
      return new Listener("SSL", "127.0.0.1", "127.0.0.1", port);
    }
  }

  public BrokerSettings {
    listeners = List.copyOf(listeners);
  }

  /// Role and name of a certificate become `role.name`, so that a custodian who is called like a
  /// service is still only a custodian. Any other subject keeps its whole name, which no right
  /// mentions.
  public static final String PRINCIPAL_MAPPING =
      "RULE:^CN=([a-z0-9-]+),OU=(custodian|operator|service|broker)(,.*)?$/$2.$1/,DEFAULT";

  public String bootstrapServers() {
    return listeners.getFirst().host() + ":" + port();
  }

  public int port() {
    return listeners.getFirst().port();
  }

  /// Writes its properties and the key store they name.
  public Path write(LocalPki pki) throws IOException {
    OwnerOnly.write(keyStore(), keyStore(pki));
    return OwnerOnly.write(file(), properties(pki.ca()));
  }

  Path file() {
    return directory.resolve(FILE);
  }

  Path keyStore() {
    return directory.resolve("broker.pem");
  }

  /// What [#keyStore()] holds.
  static String keyStore(LocalPki pki) throws IOException {
    PemPair own = pki.pair("broker");
    return Files.readString(own.key()) + Files.readString(own.certificate());
  }

  /// What [#file()] holds.
  ///
  /// @param authorities as the broker sees them
  String properties(Path authorities) {
    Map<String, String> settings = new HashMap<>(identity());
    settings.putAll(security(keyStore(), authorities));
    settings.putAll(SMALL_AND_QUICK);
    return OwnerOnly.properties(settings);
  }

  private Map<String, String> identity() {
    String controller = "127.0.0.1:" + controllerPort;
    return Map.of(
        "process.roles",
        "broker,controller",
        "node.id",
        "1",
        "controller.quorum.voters",
        "1@" + controller,
        "listeners",
        each(l -> l.name + "://" + l.bind + ":" + l.port) + ",CONTROLLER://" + controller,
        "advertised.listeners",
        each(l -> l.name + "://" + l.host + ":" + l.port),
        "controller.listener.names",
        "CONTROLLER",
        "inter.broker.listener.name",
        listeners.getFirst().name(),
        "listener.security.protocol.map",
        "CONTROLLER:SSL," + each(l -> l.name + ":SSL"),
        "log.dirs",
        data.toString());
  }

  private String each(Function<Listener, String> text) {
    return listeners.stream().map(text).collect(Collectors.joining(","));
  }

  private static Map<String, String> security(Path keyStore, Path authorities) {
    return Map.ofEntries(
        Map.entry("ssl.keystore.type", "PEM"),
        Map.entry("ssl.keystore.location", keyStore.toString()),
        Map.entry("ssl.truststore.type", "PEM"),
        Map.entry("ssl.truststore.location", authorities.toString()),
        Map.entry("ssl.client.auth", "required"),
        Map.entry("ssl.protocol", "TLSv1.3"),
        Map.entry("ssl.enabled.protocols", "TLSv1.3"),
        Map.entry("ssl.principal.mapping.rules", PRINCIPAL_MAPPING),
        Map.entry(
            "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
        Map.entry("super.users", "User:broker.broker;User:service.admin"),
        Map.entry("allow.everyone.if.no.acl.found", "false"),
        Map.entry("auto.create.topics.enable", "false"));
  }

  /// Replication of one, little memory, and a broker that may come back soon after it was killed.
  private static final Map<String, String> SMALL_AND_QUICK =
      Map.ofEntries(
          Map.entry("offsets.topic.replication.factor", "1"),
          Map.entry("offsets.topic.num.partitions", "4"),
          Map.entry("transaction.state.log.replication.factor", "1"),
          Map.entry("transaction.state.log.min.isr", "1"),
          Map.entry("transaction.state.log.num.partitions", "1"),
          Map.entry("share.coordinator.state.topic.replication.factor", "1"),
          Map.entry("share.coordinator.state.topic.min.isr", "1"),
          Map.entry("share.coordinator.state.topic.num.partitions", "1"),
          Map.entry("group.initial.rebalance.delay.ms", "0"),
          Map.entry("broker.heartbeat.interval.ms", "500"),
          Map.entry("broker.session.timeout.ms", "4000"),
          Map.entry("group.min.session.timeout.ms", "1000"),
          Map.entry("log.cleaner.dedupe.buffer.size", "2097152"),
          Map.entry("num.network.threads", "2"),
          Map.entry("num.io.threads", "4"));
}
