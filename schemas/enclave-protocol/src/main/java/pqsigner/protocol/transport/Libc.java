package pqsigner.protocol.transport;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The socket calls of Linux's C library, for x86-64 and AArch64. Each answers as the kernel does:
/// what the call gives, or the negated errno. No descriptor here ever blocks except in [#poll].
@SuppressWarnings("restricted") // Native access is what this class is for.
final class Libc {
  static final int AF_UNIX = 1;
  static final int AF_VSOCK = 40;

  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int EPIPE = 32;
  static final int ECONNABORTED = 103;
  static final int ECONNRESET = 104;
  static final int ETIMEDOUT = 110;
  static final int EINPROGRESS = 115;

  static final short POLLIN = 1;
  static final short POLLOUT = 4;

  private static final int SOCK_STREAM = 1;
  private static final int NONBLOCK = 0x800;
  private static final int CLOEXEC = 0x80000;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int SHUT_WR = 1;
  private static final int SOL_SOCKET = 1;
  private static final int SO_ERROR = 4;
  private static final int SOCKADDR_BYTES_MAX = 128;

  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = CALL_STATE.varHandle(PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET = of("socket", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle BIND = of("bind", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle LISTEN = of("listen", JAVA_INT, JAVA_INT);
  private static final MethodHandle ACCEPT4 = of("accept4", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle CONNECT = of("connect", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle NAME = of("getsockname", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle OPTION =
      of("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle SHUTDOWN = of("shutdown", JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOSE = of("close", JAVA_INT);
  private static final MethodHandle EVENTFD = of("eventfd", JAVA_INT, JAVA_INT);
  private static final MethodHandle POLL = of("poll", ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle RECV = ofLong("recv", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SEND = ofLong("send", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle WRITE = ofLong("write", JAVA_INT, ADDRESS, JAVA_LONG);

  private Libc() {}

  /// A call with memory of its own and somewhere to leave its errno.
  private interface Call {
    long invoke(MemorySegment state, Arena arena) throws Throwable;
  }

  static int socket(int family) {
    return call(
        (state, _) -> (int) SOCKET.invokeExact(state, family, SOCK_STREAM | NONBLOCK | CLOEXEC, 0));
  }

  static int bind(int fd, byte[] address) {
    return call(
        (state, arena) ->
            (int)
                BIND.invokeExact(
                    state, fd, copy(arena, address, 0, address.length), address.length));
  }

  static int listen(int fd, int backlog) {
    return call((state, _) -> (int) LISTEN.invokeExact(state, fd, backlog));
  }

  static int accept(int fd) {
    return call(
        (state, _) ->
            (int)
                ACCEPT4.invokeExact(
                    state, fd, MemorySegment.NULL, MemorySegment.NULL, NONBLOCK | CLOEXEC));
  }

  static int connect(int fd, byte[] address) {
    return call(
        (state, arena) ->
            (int)
                CONNECT.invokeExact(
                    state, fd, copy(arena, address, 0, address.length), address.length));
  }

  /// @param address filled with the local address
  static int getsockname(int fd, byte[] address) {
    return call(
        (state, arena) -> {
          MemorySegment name = arena.allocate(SOCKADDR_BYTES_MAX, 8);
          MemorySegment size = arena.allocateFrom(JAVA_INT, SOCKADDR_BYTES_MAX);
          int result = (int) NAME.invokeExact(state, fd, name, size);
          MemorySegment.copy(name, JAVA_BYTE, 0, address, 0, address.length);
          return result;
        });
  }

  /// How an asynchronous connect ended: 0, or the negated errno.
  static int pendingError(int fd) {
    return call(
        (state, arena) -> {
          MemorySegment error = arena.allocate(JAVA_INT);
          MemorySegment size = arena.allocateFrom(JAVA_INT, Integer.BYTES);
          int result = (int) OPTION.invokeExact(state, fd, SOL_SOCKET, SO_ERROR, error, size);
          return result < 0 ? result : -error.get(JAVA_INT, 0);
        });
  }

  static int recv(int fd, byte[] into, int offset, int length) {
    return call(
        (state, arena) -> {
          MemorySegment buffer = arena.allocate(length);
          long count = (long) RECV.invokeExact(state, fd, buffer, (long) length, MSG_DONTWAIT);
          if (count > 0) {
            MemorySegment.copy(buffer, JAVA_BYTE, 0, into, offset, (int) count);
            buffer.fill((byte) 0);
          }
          return count;
        });
  }

  static int send(int fd, byte[] from, int offset, int length) {
    return call(
        (state, arena) -> {
          MemorySegment buffer = copy(arena, from, offset, length);
          long count =
              (long)
                  SEND.invokeExact(state, fd, buffer, (long) length, MSG_DONTWAIT | MSG_NOSIGNAL);
          buffer.fill((byte) 0);
          return count;
        });
  }

  static int endOutput(int fd) {
    return call((state, _) -> (int) SHUTDOWN.invokeExact(state, fd, SHUT_WR));
  }

  static int close(int fd) {
    return call((state, _) -> (int) CLOSE.invokeExact(state, fd));
  }

  static int eventfd() {
    return call((state, _) -> (int) EVENTFD.invokeExact(state, 0, NONBLOCK | CLOEXEC));
  }

  /// Makes an eventfd readable, for good.
  static int signal(int eventfd) {
    return call(
        (state, arena) ->
            (long)
                WRITE.invokeExact(
                    state, eventfd, arena.allocateFrom(JAVA_LONG, 1L), (long) Long.BYTES));
  }

  /// Waits until `fd` is ready for `events` (or broken), or `wake` is readable.
  ///
  /// @param millis -1 to wait for ever
  /// @return 0 after `millis`
  static int poll(int fd, short events, int wake, int millis) {
    return call(
        (state, arena) -> {
          // struct pollfd: int fd, short events, short revents.
          MemorySegment both = arena.allocate(16, 4);
          both.set(JAVA_INT, 0, fd);
          both.set(JAVA_SHORT, 4, events);
          both.set(JAVA_INT, 8, wake);
          both.set(JAVA_SHORT, 12, POLLIN);
          return (int) POLL.invokeExact(state, both, 2L, millis);
        });
  }

  private static int call(Call call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      long result = call.invoke(state, arena);
      return result == -1 ? -(int) ERRNO.get(state, 0L) : (int) result;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a downcall throws nothing checked", e);
    }
  }

  private static MemorySegment copy(Arena arena, byte[] bytes, int offset, int length) {
    MemorySegment copy = arena.allocate(length, 8);
    MemorySegment.copy(bytes, offset, copy, JAVA_BYTE, 0, length);
    return copy;
  }

  private static MethodHandle of(String name, MemoryLayout... parameters) {
    return handle(name, FunctionDescriptor.of(JAVA_INT, parameters));
  }

  private static MethodHandle ofLong(String name, MemoryLayout... parameters) {
    return handle(name, FunctionDescriptor.of(JAVA_LONG, parameters));
  }

  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }
}
