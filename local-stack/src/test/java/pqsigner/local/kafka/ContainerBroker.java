package pqsigner.local.kafka;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import pqsigner.events.Topics;
import pqsigner.local.LocalStack;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.process.FreePorts;
import pqsigner.topics.Durability;
import pqsigner.topics.TopicPlan;
import pqsigner.topics.TopicSetup;

/// The embedded broker's twin in Kafka's image: the same properties from the same [BrokerSettings],
/// the same two steps to start ([BrokerMain]), and nothing of the image's own configuration.
///
/// Its port has the same number inside and outside, on loopback only. What it tells its clients is
/// then right for them and for itself, and stays right when it is killed and started again, when
/// Docker would choose another port of its own.
final class ContainerBroker implements BrokerUnderTest {

  static final String VERSION = "4.2.2";
  static final String EVERY_INTERFACE = "0.0.0.0";

  private static final DockerImageName IMAGE =
      DockerImageName.parse("apache/kafka").withTag(VERSION);
  private static final Path CONFIGURATION = Path.of("/opt/pq-signer");
  private static final Path AUTHORITIES = CONFIGURATION.resolve("ca.crt");

  /// One that the image's user may write.
  private static final Path DATA = Path.of("/tmp/kraft-combined-logs");

  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

  /// The image's user is not the one who copies the files in, and must read them.
  private static final int EVERYBODY_READS = 0644;

  private final BrokerSettings settings;
  private final LocalPki pki;
  private final GenericContainer<?> container;

  private ContainerBroker(BrokerSettings settings, LocalPki pki) throws IOException {
    this.settings = settings;
    this.pki = pki;
    this.container = container(settings, pki);
  }

  /// The broker's certificate is for loopback, so an engine elsewhere would not do.
  static boolean engineIsHere() {
    DockerClientFactory docker = DockerClientFactory.instance();
    return docker.isDockerAvailable()
        && Set.of("localhost", "127.0.0.1").contains(docker.dockerHostIpAddress());
  }

  /// @param folder for the certificates
  static ContainerBroker start(Path folder, Topics topics, List<String> custodians)
      throws IOException {
    LocalPki pki = LocalPki.create(folder, custodians, LocalStack.REGION, Instant.now());
    var broker = new ContainerBroker(settings(FreePorts.next(), FreePorts.next()), pki);
    try {
      broker.container.start();
      try (Admin admin = broker.administrator()) {
        TopicSetup.apply(admin, TopicPlan.of(topics, custodians, Durability.ONE_BROKER));
      }
      return broker;
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  static BrokerSettings settings(int port, int controllerPort) {
    return new BrokerSettings(
        List.of(new BrokerSettings.Listener("SSL", EVERY_INTERFACE, "127.0.0.1", port)),
        controllerPort,
        CONFIGURATION,
        DATA);
  }

  /// What is copied into the container, by path.
  static Map<String, String> files(BrokerSettings settings, LocalPki pki) throws IOException {
    return Map.of(
        settings.file().toString(), settings.properties(AUTHORITIES),
        settings.keyStore().toString(), BrokerSettings.keyStore(pki),
        AUTHORITIES.toString(), Files.readString(pki.ca()));
  }

  /// Formats the log directory if need be and runs the broker.
  static String script(BrokerSettings settings, String clusterId) {
    return """
    cd /opt/kafka/bin \
    && ./kafka-storage.sh format --ignore-formatted --cluster-id %s --config %s \
    && exec ./kafka-server-start.sh %s
    """
        .formatted(clusterId, settings.file(), settings.file())
        .strip();
  }

  static HostConfig onLoopback(HostConfig host, int port) {
    return host.withPortBindings(
        new PortBinding(Ports.Binding.bindIpAndPort("127.0.0.1", port), ExposedPort.tcp(port)));
  }

  private static GenericContainer<?> container(BrokerSettings settings, LocalPki pki)
      throws IOException {
    int port = settings.port();
    GenericContainer<?> container =
        new GenericContainer<>(IMAGE)
            .withExposedPorts(port)
            .withCreateContainerCmdModifier(
                create -> create.withHostConfig(onLoopback(create.getHostConfig(), port)))
            .withEnv("KAFKA_HEAP_OPTS", "-Xmx320m")
            .withCommand("sh", "-c", script(settings, Uuid.randomUuid().toString()))
            .waitingFor(
                Wait.forLogMessage(".*Kafka Server started.*", 1)
                    .withStartupTimeout(START_TIMEOUT));
    files(settings, pki)
        .forEach(
            (path, text) ->
                container.withCopyToContainer(Transferable.of(text, EVERYBODY_READS), path));
    return container;
  }

  @Override
  public String bootstrapServers() {
    return settings.bootstrapServers();
  }

  @Override
  public LocalPki pki() {
    return pki;
  }

  @Override
  public void killAndRestart() {
    DockerClient docker = container.getDockerClient();
    String id = container.getContainerId();
    docker.killContainerCmd(id).exec();
    docker.waitContainerCmd(id).exec(new WaitContainerResultCallback()).awaitStatusCode();
    docker.startContainerCmd(id).exec();
    try (Admin admin = administrator()) {
      TopicSetup.await(admin.describeCluster().nodes());
    }
  }

  @Override
  public void close() {
    container.close();
  }

  private Admin administrator() {
    return Admin.create(KafkaClientSettings.of(bootstrapServers(), pki.ca(), pki.pair("admin")));
  }
}
