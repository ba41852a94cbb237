package pqsigner.local.process;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;

/// What must hold before a child counts as started.
@FunctionalInterface
public interface Readiness {

  /// Long, because a probe that is given up goes on costing the server what the next one needs.
  Duration PROBE_TIMEOUT = Duration.ofSeconds(10);

  /// True once it holds; a failing probe means not yet.
  boolean holds();

  /// Somebody accepts connections on the port.
  record Port(String host, int port) implements Readiness {
    /// On loopback.
    public Port(int port) {
      this("127.0.0.1", port);
    }

    @Override
    public boolean holds() {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(host, port), (int) PROBE_TIMEOUT.toMillis());
        return true;
      } catch (IOException e) {
        return false;
      }
    }
  }

  /// A plain GET is answered by 200.
  record Http(URI uri) implements Readiness {
    @Override
    public boolean holds() {
      try {
        var connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout((int) PROBE_TIMEOUT.toMillis());
        connection.setReadTimeout((int) PROBE_TIMEOUT.toMillis());
        try {
          return connection.getResponseCode() == 200;
        } finally {
          connection.disconnect();
        }
      } catch (IOException e) {
        return false;
      }
    }
  }
}
