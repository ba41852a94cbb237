package pqsigner.protocol.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// A connection as streams, over a socket that knows only how to read some bytes and write all.
abstract class StreamConnection implements Connection {
  private final InputStream input = new Input();
  private final OutputStream output = new Output();
  private volatile int readTimeoutMillis;

  /// @param length at least 1
  /// @param timeoutMillis 0 to wait for ever
  /// @return at least one byte, or -1 at the end of the stream
  abstract int read(byte[] into, int offset, int length, int timeoutMillis) throws IOException;

  /// Returns when the kernel has all of it. Never called by two threads at once.
  abstract void write(byte[] from, int offset, int length) throws IOException;

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

  private final class Input extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      return length == 0 ? 0 : StreamConnection.this.read(bytes, offset, length, readTimeoutMillis);
    }

    @Override
    public void close() throws IOException {
      StreamConnection.this.close();
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
        StreamConnection.this.write(bytes, offset, length);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() throws IOException {
      StreamConnection.this.close();
    }
  }
}
