package pqsigner.local.compose;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import pqsigner.protocol.transport.Connection;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Listener;
import pqsigner.protocol.transport.Transport;

/// In the place of AWS's vsock-proxy: carries bytes between a socket that the enclave can reach and
/// the one address that it is for, and reads none of them.
final class Relay {

  private static final int CONNECTIONS_MAX = 64;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private Relay() {}

  /// Returns when the listener breaks.
  static void run(EndpointAddress from, EndpointAddress to) throws IOException {
    var free = new Semaphore(CONNECTIONS_MAX);
    try (Listener listener = Transport.listen(from)) {
      System.out.println("relay from " + listener.address() + " to " + to);
      while (true) {
        Connection client = listener.accept();
        if (free.tryAcquire()) {
          Thread.ofVirtual().start(() -> carry(client, to, free));
        } else {
          client.close();
        }
      }
    }
  }

  private static void carry(Connection client, EndpointAddress to, Semaphore free) {
    try (client;
        Connection server = Transport.connect(to, CONNECT_TIMEOUT)) {
      Thread answers = Thread.ofVirtual().start(() -> copy(server, client));
      copy(client, server);
      answers.join();
    } catch (IOException e) {
      System.err.println("relay: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      free.release();
    }
  }

  /// Until the end of one direction; a broken one ends both.
  private static void copy(Connection from, Connection to) {
    try {
      InputStream in = from.input();
      byte[] buffer = new byte[8192];
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        to.output().write(buffer, 0, length);
      }
      to.endOutput();
    } catch (IOException e) {
      close(from);
      close(to);
    }
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (IOException e) {
      System.err.println("relay: " + e.getMessage());
    }
  }
}
