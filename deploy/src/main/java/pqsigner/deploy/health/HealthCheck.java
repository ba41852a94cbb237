package pqsigner.deploy.health;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;

/// Exit code 0 when `http://…` answers 200, or when somebody accepts connections at `unix:PATH` or
/// `tcp://HOST:PORT`; otherwise 1. The engine's own time-out ends a check that hangs.
public final class HealthCheck {

  private static final int TIMEOUT_MILLIS = 4_000;

  private HealthCheck() {}

  public static void main(String[] arguments) {
    System.exit(arguments.length == 1 && isWell(URI.create(arguments[0])) ? 0 : 1);
  }

  static boolean isWell(URI where) {
    try {
      return switch (where.getScheme()) {
        case "http" -> answers(where);
        case "unix" -> accepts(UnixDomainSocketAddress.of(where.getPath()));
        case "tcp" -> accepts(new InetSocketAddress(where.getHost(), where.getPort()));
        default -> throw new IOException("neither http, unix nor tcp: " + where);
      };
    } catch (IOException e) {
      System.err.println(e.getMessage());
      return false;
    }
  }

  private static boolean answers(URI where) throws IOException {
    var connection = (HttpURLConnection) where.toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
  }

  private static boolean accepts(SocketAddress where) throws IOException {
    try (SocketChannel channel = SocketChannel.open(where)) {
      return channel.isConnected();
    }
  }
}
