package pqsigner.enclave.server;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import pqsigner.enclave.Deadline;
import pqsigner.protocol.Load.Fill;
import pqsigner.protocol.Load.Room;
import pqsigner.protocol.transport.Connection;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Listener;

/// Accepts connections, up to a bound; one more is closed at once. What a peer does wrong ends its
/// own connection and nothing else.
public final class FrameServer implements AutoCloseable {

  /// @param connectionsMax at a time
  /// @param inFlightMax unanswered requests of a connection, where each item of a Sign counts
  /// @param frameTimeout from the first byte of a frame to its last
  public record Bounds(int connectionsMax, int inFlightMax, Duration frameTimeout) {}

  private static final Duration ACCEPTOR_END = Duration.ofSeconds(1);

  private final Listener listener;
  private final RequestHandler handler;
  private final Bounds bounds;
  private final ScheduledThreadPoolExecutor clock;
  private final Set<FrameConnection> connections = ConcurrentHashMap.newKeySet();
  private final Thread acceptor;
  private volatile boolean closed;

  private FrameServer(Listener listener, RequestHandler handler, Bounds bounds) {
    this.listener = listener;
    this.handler = handler;
    this.bounds = bounds;
    this.clock =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("frame-timeouts").factory());
    clock.setRemoveOnCancelPolicy(true);
    this.acceptor = Thread.ofPlatform().name("frame-acceptor").unstarted(this::acceptAll);
  }

  public static FrameServer start(Listener listener, EnclaveRequests handler, Bounds bounds) {
    return startWith(listener, handler, bounds);
  }

  static FrameServer startWith(Listener listener, RequestHandler handler, Bounds bounds) {
    FrameServer server = new FrameServer(listener, handler, bounds);
    server.acceptor.start();
    return server;
  }

  public EndpointAddress address() {
    return listener.address();
  }

  public Fill fill() {
    return new Fill(Room.CONNECTIONS, connections.size(), bounds.connectionsMax);
  }

  private void acceptAll() {
    while (!closed) {
      Connection accepted;
      try {
        accepted = listener.accept();
      } catch (IOException e) {
        if (closed) {
          return;
        }
        pauseAfterFailure();
        continue;
      }
      if (connections.size() >= bounds.connectionsMax) {
        closeQuietly(accepted);
      } else {
        serve(accepted);
      }
    }
  }

  private void serve(Connection accepted) {
    FrameConnection connection =
        new FrameConnection(accepted, handler, bounds, clock, connections::remove);
    connections.add(connection);
    connection.start();
    if (closed) {
      connection.close();
    }
  }

  /// An accept that fails at once, for want of descriptors say, must not spin.
  private static void pauseAfterFailure() {
    try {
      TimeUnit.MILLISECONDS.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (IOException e) {
      // A peer that is turned away need not be told how.
    }
  }

  /// Takes no new connections and reads no more frames; writes the answers that are ready.
  public void close(Deadline deadline) {
    closed = true;
    try {
      listener.close();
    } catch (IOException e) {
      // It accepts nothing any more, which is what was wanted.
    }
    awaitAcceptor();
    connections.forEach(connection -> connection.flushAndClose(deadline));
    clock.shutdownNow();
  }

  /// Until a blocked accept has returned, the kernel keeps the listening socket and takes peers in.
  private void awaitAcceptor() {
    try {
      acceptor.join(ACCEPTOR_END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    close(Deadline.in(Duration.ZERO));
  }
}
