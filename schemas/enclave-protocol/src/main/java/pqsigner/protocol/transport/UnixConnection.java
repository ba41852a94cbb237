package pqsigner.protocol.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A connected Unix socket. The JDK gives Unix channels no read timeout, so the channel does not
/// block and each direction waits on a selector of its own.
final class UnixConnection implements Connection {
  /// The JDK keeps a direct buffer as large as the largest call of each thread.
  private static final int CHUNK_BYTES = 64 * 1024;

  private final SocketChannel channel;
  private final Selector readable;
  private final Selector writable;
  private final InputStream input = new Input();
  private final OutputStream output = new Output();
  private volatile int readTimeoutMillis;

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
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return output;
  }

  @Override
  public void readTimeout(Duration timeout) {
    readTimeoutMillis = Timeout.millis(timeout);
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

  private final class Input extends InputStream {
    private final ReentrantLock lock = new ReentrantLock();

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      if (length == 0) {
        return 0;
      }
      int timeout = readTimeoutMillis;
      long deadline = Timeout.deadline(timeout);
      ByteBuffer into = ByteBuffer.wrap(bytes, offset, Math.min(length, CHUNK_BYTES));
      lock.lock();
      try {
        int count = channel.read(into);
        while (count == 0) {
          await(readable, timeout == 0 ? 0 : Timeout.left(deadline));
          count = channel.read(into);
        }
        return count;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() throws IOException {
      UnixConnection.this.close();
    }
  }

  private final class Output extends OutputStream {
    private final ReentrantLock lock = new ReentrantLock();

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      lock.lock();
      try {
        int done = 0;
        while (done < length) {
          int chunk = Math.min(CHUNK_BYTES, length - done);
          int count = channel.write(ByteBuffer.wrap(bytes, offset + done, chunk));
          if (count == 0) {
            await(writable, 0);
          }
          done += count;
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() throws IOException {
      UnixConnection.this.close();
    }
  }
}
