package pqsigner.protocol.transport;

import java.io.IOException;

/// A connected [LinuxSocket].
final class LinuxConnection extends StreamConnection {
  private final LinuxSocket socket;

  LinuxConnection(LinuxSocket socket) {
    this.socket = socket;
  }

  @Override
  int read(byte[] into, int offset, int length, int timeoutMillis) throws IOException {
    return socket.read(into, offset, length, timeoutMillis);
  }

  @Override
  void write(byte[] from, int offset, int length) throws IOException {
    socket.write(from, offset, length);
  }

  @Override
  public void endOutput() throws IOException {
    socket.endOutput();
  }

  @Override
  public void close() {
    socket.close();
  }
}
