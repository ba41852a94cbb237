package pqsigner.local.compose;

import java.net.URI;
import java.nio.file.Path;
import pqsigner.local.StackAddresses;

/// Names, ports and folders of the services in `docker-compose.yml`; a test compares them.
///
/// @param root where the folders are mounted; a test has another than `/`
public record Composition(Path root) {

  /// Folders of this and settings of `pqsigner.compose.*`, for a test without containers.
  private static final String ROOT = "pqsigner.compose.root";

  static Composition here() {
    return new Composition(Path.of(System.getProperty(ROOT, "/")));
  }

  /// Of one service, mounted there in that service and where it is filled.
  public Path folder(String service) {
    return root.resolve("pq-signer").resolve(service);
  }

  /// Where Kafka's image looks for its settings.
  public Path brokerFolder() {
    return root.resolve("mnt/shared/config");
  }

  /// Where Kafka's image has its logs, in Kafka's sense of the word.
  Path brokerData() {
    return root.resolve("var/lib/kafka/data");
  }

  /// The folder of the host that a client reads.
  public Path clients() {
    return root.resolve("clients");
  }

  /// The enclave's code, as it runs in its own image.
  Path enclaveCode() {
    return root.resolve("app/enclave");
  }

  /// As the services find each other.
  public StackAddresses inside() {
    return new StackAddresses(
        "broker:" + port("broker", 9093),
        registry("registry", port("registry", 8080)),
        URI.create("http://dynamodb:" + port("dynamodb", 8000)),
        "unix:" + root.resolve("run/enclave/enclave.sock"),
        "unix:" + root.resolve("run/kms/kms.sock"));
  }

  /// As the host finds what is published.
  public StackAddresses published() {
    StackAddresses inside = inside();
    return new StackAddresses(
        "127.0.0.1:" + publishedBrokerPort(),
        registry("127.0.0.1", port("registry-published", 8081)),
        inside.dynamoDb(),
        inside.enclave(),
        inside.kms());
  }

  public URI gateway() {
    return URI.create("https://localhost:" + port("gateway", 8443));
  }

  /// Clients on the host are told another address than services are, so they ask at another port.
  int publishedBrokerPort() {
    return port("broker-published", 9094);
  }

  int controllerPort() {
    return port("controller", 9095);
  }

  /// Inside its own network, where its proxy is.
  public int kmsPort() {
    return port("kms", 8444);
  }

  int kmsControlPort() {
    return port("kms-control", 8445);
  }

  private static URI registry(String host, int port) {
    return URI.create("http://" + host + ":" + port + "/apis/ccompat/v7");
  }

  private static int port(String name, int usual) {
    return Integer.getInteger("pqsigner.compose." + name, usual);
  }
}
