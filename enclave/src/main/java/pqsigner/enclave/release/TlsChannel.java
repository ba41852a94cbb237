package pqsigner.enclave.release;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import javax.net.ssl.SSLSocket;
import pqsigner.protocol.transport.Connection;

/// One TLS session with the KMS.
final class TlsChannel implements AutoCloseable {
  private final Connection connection;
  private final SSLSocket socket;
  private final InputStream input;
  private final OutputStream output;
  private long idleSinceNanos;
  private boolean used;

  TlsChannel(Connection connection, SSLSocket socket) throws IOException {
    this.connection = connection;
    this.socket = socket;
    this.input = new BufferedInputStream(socket.getInputStream());
    this.output = socket.getOutputStream();
  }

  InputStream input() {
    return input;
  }

  OutputStream output() {
    return output;
  }

  SSLSocket socket() {
    return socket;
  }

  /// Whether a request went over it before, so that the server may have closed it since.
  boolean used() {
    return used;
  }

  void idleSince(long nanoTime) {
    idleSinceNanos = nanoTime;
    used = true;
  }

  long idleSince() {
    return idleSinceNanos;
  }

  /// Ends blocked reads and writes. The connection goes first, so that TLS's farewell finds nobody
  /// to wait for.
  @Override
  public void close() {
    try {
      connection.close();
      socket.close();
    } catch (IOException e) {
      // Nothing is left to be done for a connection that is given up.
    }
  }
}
