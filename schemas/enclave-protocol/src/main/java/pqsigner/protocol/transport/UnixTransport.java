package pqsigner.protocol.transport;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/// Unix sockets, by the JDK.
final class UnixTransport {
  private UnixTransport() {}

  static Connection connect(EndpointAddress.Unix address, Duration timeout) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    // Blocks only while the listener's queue is full; the JDK has no timeout for that.
    CompletableFuture<Void> tooLate =
        CompletableFuture.runAsync(
            () -> close(channel),
            CompletableFuture.delayedExecutor(
                Math.max(1, Timeout.millis(timeout)), TimeUnit.MILLISECONDS));
    try {
      channel.connect(UnixDomainSocketAddress.of(address.path()));
      if (!tooLate.cancel(false)) {
        throw new SocketTimeoutException("timed out");
      }
      return new UnixConnection(channel);
    } catch (AsynchronousCloseException e) {
      throw timedOut(e);
    } catch (IOException e) {
      channel.close();
      throw e;
    } finally {
      tooLate.cancel(false);
    }
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

  private static SocketTimeoutException timedOut(Exception cause) {
    SocketTimeoutException timeout = new SocketTimeoutException("timed out");
    timeout.initCause(cause);
    return timeout;
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private record UnixListener(ServerSocketChannel server, EndpointAddress.Unix address)
      implements Listener {
    @Override
    public Connection accept() throws IOException {
      return new UnixConnection(server.accept());
    }

    @Override
    public void close() throws IOException {
      if (server.isOpen()) {
        server.close();
        Files.deleteIfExists(address.path());
      }
    }
  }
}
