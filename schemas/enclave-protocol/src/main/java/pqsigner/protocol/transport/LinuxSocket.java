package pqsigner.protocol.transport;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// A stream socket by its descriptor, of any address family; addresses are `sockaddr` bytes.
///
/// Nothing blocks but `poll`, which also watches an eventfd: [#close] signals it, and the last
/// thread to leave the socket closes the descriptors, so that none is ever used after the kernel
/// may have given its number to something else.
final class LinuxSocket implements Closeable {
  /// What the kernel's vsock takes in one packet at most by default.
  private static final int CHUNK_BYTES = 64 * 1024;

  private static final int FOR_EVER = -1;

  private final int fd;
  private final int wake;
  private int users;
  private boolean closed;

  private LinuxSocket(int fd) throws IOException {
    this.fd = fd;
    this.wake = Libc.eventfd();
    if (wake < 0) {
      Libc.close(fd);
      throw failed("eventfd", wake);
    }
  }

  static LinuxSocket open(int family) throws IOException {
    return new LinuxSocket(check("socket", Libc.socket(family)));
  }

  void listen(byte[] address, int backlog) throws IOException {
    check("bind", Libc.bind(fd, address));
    check("listen", Libc.listen(fd, backlog));
  }

  /// @param address filled with the address that the kernel bound
  void localAddress(byte[] address) throws IOException {
    check("getsockname", Libc.getsockname(fd, address));
  }

  void connect(byte[] address, Duration timeout) throws IOException {
    long deadline = Timeout.deadline(Math.max(1, Timeout.millis(timeout)));
    enter();
    try {
      int result = Libc.connect(fd, address);
      // Interrupted or not, the kernel goes on connecting.
      if (result == -Libc.EINPROGRESS || result == -Libc.EINTR) {
        await(Libc.POLLOUT, deadline);
        result = Libc.pendingError(fd);
      }
      if (result == -Libc.ETIMEDOUT) {
        throw new SocketTimeoutException("connect: timed out");
      }
      if (result < 0) {
        throw new ConnectException("connect: errno " + -result);
      }
    } finally {
      leave();
    }
  }

  LinuxSocket accept() throws IOException {
    enter();
    try {
      while (true) {
        int peer = Libc.accept(fd);
        if (peer == -Libc.EAGAIN) {
          await(Libc.POLLIN);
        } else if (peer != -Libc.EINTR && peer != -Libc.ECONNABORTED) {
          return new LinuxSocket(check("accept", peer));
        }
      }
    } finally {
      leave();
    }
  }

  /// @param timeoutMillis 0 to wait for ever
  /// @return at least one byte, or -1 at the end of the stream
  int read(byte[] into, int offset, int length, int timeoutMillis) throws IOException {
    long deadline = Timeout.deadline(timeoutMillis);
    enter();
    try {
      while (true) {
        int count = Libc.recv(fd, into, offset, Math.min(length, CHUNK_BYTES));
        if (count == -Libc.EAGAIN && timeoutMillis == 0) {
          await(Libc.POLLIN);
        } else if (count == -Libc.EAGAIN) {
          await(Libc.POLLIN, deadline);
        } else if (count != -Libc.EINTR) {
          return check("recv", count) == 0 ? -1 : count;
        }
      }
    } finally {
      leave();
    }
  }

  /// Returns when the kernel has all of it.
  void write(byte[] from, int offset, int length) throws IOException {
    enter();
    try {
      int done = 0;
      while (done < length) {
        int count = Libc.send(fd, from, offset + done, Math.min(length - done, CHUNK_BYTES));
        if (count == -Libc.EAGAIN) {
          await(Libc.POLLOUT);
        } else if (count != -Libc.EINTR) {
          done += check("send", count);
        }
      }
    } finally {
      leave();
    }
  }

  void endOutput() throws IOException {
    enter();
    try {
      check("shutdown", Libc.endOutput(fd));
    } finally {
      leave();
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (users == 0) {
      release();
    } else {
      Libc.signal(wake);
    }
  }

  private synchronized void enter() throws SocketException {
    refuseClosed();
    users++;
  }

  private synchronized void leave() {
    users--;
    if (closed && users == 0) {
      release();
    }
  }

  private void release() {
    Libc.close(fd);
    Libc.close(wake);
  }

  private synchronized void refuseClosed() throws SocketException {
    if (closed) {
      throw new SocketException("closed");
    }
  }

  private void await(short events) throws IOException {
    poll(events, FOR_EVER);
  }

  /// @throws SocketTimeoutException when nothing happened before the deadline
  private void await(short events, long deadline) throws IOException {
    while (!poll(events, Timeout.left(deadline))) {
      // Interrupted, or woken a moment early: the deadline decides.
    }
  }

  /// Whether anything happened.
  private boolean poll(short events, int millis) throws IOException {
    int ready = Libc.poll(fd, events, wake, millis);
    refuseClosed();
    return ready != -Libc.EINTR && check("poll", ready) > 0;
  }

  private static int check(String call, int result) throws SocketException {
    if (result < 0) {
      throw failed(call, result);
    }
    return result;
  }

  private static SocketException failed(String call, int result) {
    return switch (-result) {
      case Libc.EPIPE, Libc.ECONNRESET -> new SocketException(call + ": the peer is gone");
      default -> new SocketException(call + ": errno " + -result);
    };
  }
}
