package pqsigner.local.dynamodb;

import java.net.URI;
import java.util.List;
import pqsigner.local.process.FreePorts;
import software.amazon.dynamodb.services.local.main.ServerRunner;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;

/// One empty, in-memory database on a loopback port. It takes any credentials whose access key is
/// letters and digits, and shows every one of them the same tables.
public final class EmbeddedDynamoDb implements AutoCloseable {

  private final DynamoDBProxyServer server;
  private final URI endpoint;

  private EmbeddedDynamoDb(DynamoDBProxyServer server, URI endpoint) {
    this.server = server;
    this.endpoint = endpoint;
  }

  public static EmbeddedDynamoDb start() {
    return start(FreePorts.next());
  }

  static EmbeddedDynamoDb start(int port) {
    try {
      DynamoDBProxyServer server =
          ServerRunner.createServerFromCommandLineArgs(arguments(port).toArray(String[]::new));
      server.start();
      return new EmbeddedDynamoDb(server, URI.create("http://127.0.0.1:" + port));
    } catch (Exception e) {
      throw new IllegalStateException("DynamoDB Local does not start", e);
    }
  }

  /// Of DynamoDB Local's own main class, wherever it runs.
  public static List<String> arguments(int port) {
    return List.of("-inMemory", "-sharedDb", "-disableTelemetry", "-port", Integer.toString(port));
  }

  public URI endpoint() {
    return endpoint;
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("DynamoDB Local does not stop", e);
    }
  }
}
