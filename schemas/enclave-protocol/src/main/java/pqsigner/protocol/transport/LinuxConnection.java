package pqsigner.protocol.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// A connected [LinuxSocket] as streams.
final class LinuxConnection implements Connection {
  private final LinuxSocket socket;
  private final InputStream input = new Input();
  private final OutputStream output = new Output();
  private volatile int readTimeoutMillis;

  LinuxConnection(LinuxSocket socket) {
    this.socket = socket;
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
    socket.endOutput();
  }

  @Override
  public void close() {
    socket.close();
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
      return socket.read(bytes, offset, length, readTimeoutMillis);
    }

    @Override
    public void close() {
      socket.close();
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
        socket.write(bytes, offset, length);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
