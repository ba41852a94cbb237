package pqsigner.protocol.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;

/// Unix sockets and TCP, by the JDK.
final class SocketTransport {
  private SocketTransport() {}

  static Connection connect(EndpointAddress.Unix address) throws IOException {
    return new ChannelConnection(SocketChannel.open(UnixDomainSocketAddress.of(address.path())));
  }

  static Connection connect(EndpointAddress.Tcp address, Duration timeout) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(
          new InetSocketAddress(address.host(), address.port()),
          Math.toIntExact(Math.max(1, timeout.toMillis())));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return new SocketConnection(socket);
  }

  static Listener listen(EndpointAddress.Unix address) throws IOException {
    Files.deleteIfExists(address.path());
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(address.path()));
    } catch (IOException e) {
      server.close();
      throw e;
    }
    return new UnixListener(server, address);
  }

  static Listener listen(EndpointAddress.Tcp address) throws IOException {
    ServerSocket server =
        new ServerSocket(address.port(), 50, InetAddress.getByName(address.host()));
    return new TcpListener(server, new EndpointAddress.Tcp(address.host(), server.getLocalPort()));
  }

  private record UnixListener(ServerSocketChannel server, EndpointAddress address)
      implements Listener {
    @Override
    public Connection accept() throws IOException {
      return new ChannelConnection(server.accept());
    }

    @Override
    public void close() throws IOException {
      server.close();
      if (address instanceof EndpointAddress.Unix unix) {
        Files.deleteIfExists(unix.path());
      }
    }
  }

  private record TcpListener(ServerSocket server, EndpointAddress address) implements Listener {
    @Override
    public Connection accept() throws IOException {
      Socket socket = server.accept();
      socket.setTcpNoDelay(true);
      return new SocketConnection(socket);
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  private record ChannelConnection(SocketChannel channel, InputStream input, OutputStream output)
      implements Connection {
    ChannelConnection(SocketChannel channel) {
      this(channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private record SocketConnection(Socket socket, InputStream input, OutputStream output)
      implements Connection {
    SocketConnection(Socket socket) throws IOException {
      this(socket, socket.getInputStream(), socket.getOutputStream());
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
