package pqsigner.local.dynamodb;

import java.net.URI;
import java.util.List;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import pqsigner.local.process.FreePorts;
import software.amazon.dynamodb.services.local.monitoring.Telemetry;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/// One empty, in-memory database on a loopback port. It takes any credentials whose access key is
/// letters and digits, and shows every one of them the same tables.
public final class EmbeddedDynamoDb implements AutoCloseable {

  private static final String LOOPBACK = "127.0.0.1";

  private final Server server;
  private final LocalDynamoDBRequestHandler database;
  private final URI endpoint;

  private EmbeddedDynamoDb(Server server, LocalDynamoDBRequestHandler database, URI endpoint) {
    this.server = server;
    this.database = database;
    this.endpoint = endpoint;
  }

  public static EmbeddedDynamoDb start() {
    return start(FreePorts.next());
  }

  /// What DynamoDB Local's own main class does with [#arguments(int)], but for the address: that
  /// one listens on every interface, and anybody's credentials open it.
  static EmbeddedDynamoDb start(int port) {
    try {
      Telemetry.configureTelemetry("MAVEN", "IN_MEMORY_SHARED_DB", false);
      var database = new LocalDynamoDBRequestHandler(0, true, null, true, false);
      var server = new Server();
      var connector = new ServerConnector(server);
      connector.setHost(LOOPBACK);
      connector.setPort(port);
      server.addConnector(connector);
      server.setHandler(new ContextHandler(new LocalDynamoDBServerHandler(database, null), "/"));
      server.start();
      return new EmbeddedDynamoDb(server, database, URI.create("http://" + LOOPBACK + ":" + port));
    } catch (Exception e) {
      throw new IllegalStateException("DynamoDB Local does not start", e);
    }
  }

  /// Of DynamoDB Local's own main class, where a container keeps its port to itself.
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
      database.shutdown();
    } catch (Exception e) {
      throw new IllegalStateException("DynamoDB Local does not stop", e);
    }
  }
}
