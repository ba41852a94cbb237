package pqsigner.gateway.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Sockets without a byte, from loopback: so many at once, and each that the gateway closes is
/// opened again, at a rate.
final class IdleFlood implements AutoCloseable {

  private static final int TICK_MILLIS = 20;

  private final InetSocketAddress gateway;
  private final int size;
  private final int perTick;
  private final Selector open;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  private IdleFlood(int port, int size, int perSecond) throws IOException {
    this.gateway = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.size = size;
    this.perTick = perSecond * TICK_MILLIS / 1000;
    this.open = Selector.open();
  }

  /// Returns when all were opened once; from then on it opens them again.
  static IdleFlood of(int size, int perSecond, int port) throws IOException {
    IdleFlood flood = new IdleFlood(port, size, perSecond);
    for (int i = 0; i < size; i++) {
      flood.openOne();
    }
    var _ =
        flood.thread.scheduleAtFixedRate(
            flood::openAgain, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    return flood;
  }

  private void openAgain() {
    try {
      // All that there ever is to read is the end.
      open.selectNow(IdleFlood::close);
      for (int i = 0; i < perTick && open.keys().size() < size; i++) {
        openOne();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void openOne() throws IOException {
    SocketChannel socket = SocketChannel.open(gateway);
    socket.configureBlocking(false);
    socket.register(open, SelectionKey.OP_READ);
  }

  private static void close(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    thread.close();
    List.copyOf(open.keys()).forEach(IdleFlood::close);
    open.close();
  }
}
