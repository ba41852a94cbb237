package pqsigner.enclave.release;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import pqsigner.protocol.transport.Connection;

/// A [Connection] in the shape of a socket, which is what a TLS provider wants to sit on. It is
/// born connected. Its only timeout is that somebody closes the connection.
final class ChannelSocket extends Socket {
  private final Connection connection;

  ChannelSocket(Connection connection) {
    this.connection = connection;
  }

  @Override
  public InputStream getInputStream() {
    return connection.input();
  }

  @Override
  public OutputStream getOutputStream() {
    return connection.output();
  }

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public InetAddress getInetAddress() {
    return InetAddress.getLoopbackAddress();
  }

  @Override
  public int getPort() {
    return 443;
  }

  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    throw new IOException("is connected");
  }

  @Override
  public void setSoTimeout(int timeout) {}

  @Override
  public int getSoTimeout() {
    return 0;
  }

  @Override
  public void setTcpNoDelay(boolean on) {}

  @Override
  public void shutdownInput() {}

  @Override
  public void shutdownOutput() {}

  @Override
  public synchronized void close() throws IOException {
    connection.close();
  }
}
