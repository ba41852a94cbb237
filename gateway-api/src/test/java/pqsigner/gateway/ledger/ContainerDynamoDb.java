package pqsigner.gateway.ledger;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;
import pqsigner.local.dynamodb.EmbeddedDynamoDb;

/// The embedded DynamoDB Local's twin in Amazon's image, with the same arguments.
final class ContainerDynamoDb implements AutoCloseable {

  static final String VERSION = "3.1.0";

  private static final DockerImageName IMAGE =
      DockerImageName.parse("amazon/dynamodb-local").withTag(VERSION);
  private static final int PORT = 8000;
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

  private final GenericContainer<?> container =
      new GenericContainer<>(IMAGE)
          .withExposedPorts(PORT)
          .withCommand(command().toArray(String[]::new))
          // What it says to a request without a signature.
          .waitingFor(Wait.forHttp("/").forStatusCode(400).withStartupTimeout(START_TIMEOUT));

  private ContainerDynamoDb() {}

  static boolean engineIsThere() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  static ContainerDynamoDb start() {
    var database = new ContainerDynamoDb();
    try {
      database.container.start();
      return database;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /// The image's entry point is `java`.
  static List<String> command() {
    return Stream.concat(
            Stream.of("-jar", "DynamoDBLocal.jar"), EmbeddedDynamoDb.arguments(PORT).stream())
        .toList();
  }

  URI endpoint() {
    return URI.create("http://" + container.getHost() + ":" + container.getMappedPort(PORT));
  }

  @Override
  public void close() {
    container.close();
  }
}
