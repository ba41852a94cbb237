package pqsigner.protocol.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/// TCP, by the JDK.
final class TcpTransport {
  private static final int BACKLOG = 50;

  private TcpTransport() {}

  static Connection connect(EndpointAddress.Tcp address, Duration timeout) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(
          new InetSocketAddress(address.host(), address.port()),
          Math.max(1, Timeout.millis(timeout)));
      return new TcpConnection(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  static Listener listen(EndpointAddress.Tcp address) throws IOException {
    ServerSocket server =
        new ServerSocket(address.port(), BACKLOG, InetAddress.getByName(address.host()));
    return new TcpListener(server, new EndpointAddress.Tcp(address.host(), server.getLocalPort()));
  }

  private record TcpListener(ServerSocket server, EndpointAddress address) implements Listener {
    @Override
    public Connection accept() throws IOException {
      Socket socket = server.accept();
      try {
        socket.setTcpNoDelay(true);
        return new TcpConnection(socket);
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  private record TcpConnection(Socket socket, InputStream input, OutputStream output)
      implements Connection {
    TcpConnection(Socket socket) throws IOException {
      this(socket, socket.getInputStream(), socket.getOutputStream());
    }

    @Override
    public void readTimeout(Duration timeout) throws IOException {
      socket.setSoTimeout(Timeout.millis(timeout));
    }

    @Override
    public void endOutput() throws IOException {
      socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
