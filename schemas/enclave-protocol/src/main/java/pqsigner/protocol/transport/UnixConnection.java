package pqsigner.protocol.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A connected Unix socket. The JDK gives Unix channels no read timeout, so the channel does not
/// block and each direction waits on a selector of its own.
final class UnixConnection extends StreamConnection {
  /// The JDK keeps a direct buffer as large as the largest call of each thread.
  private static final int CHUNK_BYTES = 64 * 1024;

  private final SocketChannel channel;
  private final Selector readable;
  private final Selector writable;

  UnixConnection(SocketChannel channel) throws IOException {
    this.channel = channel;
    try {
      channel.configureBlocking(false);
      readable = channel.provider().openSelector();
      writable = channel.provider().openSelector();
      channel.register(readable, SelectionKey.OP_READ);
      channel.register(writable, SelectionKey.OP_WRITE);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  int read(byte[] into, int offset, int length, int timeoutMillis) throws IOException {
    long deadline = Timeout.deadline(timeoutMillis);
    ByteBuffer buffer = ByteBuffer.wrap(into, offset, Math.min(length, CHUNK_BYTES));
    int count = channel.read(buffer);
    while (count == 0) {
      await(readable, timeoutMillis == 0 ? 0 : Timeout.left(deadline));
      count = channel.read(buffer);
    }
    return count;
  }

  @Override
  void write(byte[] from, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int chunk = Math.min(CHUNK_BYTES, length - done);
      int count = channel.write(ByteBuffer.wrap(from, offset + done, chunk));
      if (count == 0) {
        await(writable, 0);
      }
      done += count;
    }
  }

  @Override
  public void endOutput() throws IOException {
    channel.shutdownOutput();
  }

  /// Closing the selectors is what wakes the threads that wait on them.
  @Override
  public void close() throws IOException {
    try (channel;
        readable;
        writable) {
      channel.close();
    }
  }

  /// @param millis 0 to wait for ever
  private void await(Selector selector, int millis) throws IOException {
    try {
      selector.select(millis);
      selector.selectedKeys().clear();
    } catch (ClosedSelectorException e) {
      throw closed(e);
    }
    if (!channel.isOpen()) {
      throw closed(null);
    }
  }

  private static AsynchronousCloseException closed(@Nullable Exception cause) {
    AsynchronousCloseException closed = new AsynchronousCloseException();
    closed.initCause(cause);
    return closed;
  }
}
