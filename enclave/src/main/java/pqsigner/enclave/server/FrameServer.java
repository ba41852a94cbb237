package pqsigner.enclave.server;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import pqsigner.enclave.Deadline;
import pqsigner.protocol.EnclaveStats.Resource;
import pqsigner.protocol.EnclaveStats.Usage;
import pqsigner.protocol.transport.Connection;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Listener;

/// Accepts connections, up to a bound. What a peer does wrong ends its own connection and nothing
/// else.
///
/// Anyone on the host may connect, so a place has to be earned: a peer that is yet to send its
/// first frame has little time for it, and when all places are taken one is vacated for the next
/// peer: that of the one that has been silent the longest, or else of the first that never brought
/// credentials that the KMS took; last of these goes one whose credentials are being tried. Only
/// the worker has credentials, so whoever merely talks cannot keep it out, however fast. With all
/// places taken by peers that the KMS knows, one more is closed at once.
public final class FrameServer implements AutoCloseable {

  /// @param connectionsMax at a time
  /// @param inFlightMax unanswered requests of a connection, where each item of a Sign counts
  /// @param frameTimeout from the first byte of a frame to its last, and from accepting a
  ///   connection to the last byte of its first frame
  /// @param idleTimeout between two frames of a connection; longer than the worker's heartbeat
  public record Bounds(
      int connectionsMax, int inFlightMax, Duration frameTimeout, Duration idleTimeout) {}

  private static final Duration ACCEPTOR_END = Duration.ofSeconds(1);

  private final Listener listener;
  private final RequestHandler handler;
  private final Bounds bounds;
  private final ScheduledThreadPoolExecutor clock;

  /// In the order in which they were accepted.
  private final SequencedSet<FrameConnection> connections = new LinkedHashSet<>();

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
    // What is read while the server closes needs no time-out any more.
    clock.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
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

  public Usage usage() {
    return new Usage(Resource.CONNECTIONS, copy().size(), bounds.connectionsMax);
  }

  private List<FrameConnection> copy() {
    synchronized (connections) {
      return List.copyOf(connections);
    }
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
      if (makeRoom()) {
        serve(accepted);
      } else {
        closeQuietly(accepted);
      }
    }
  }

  /// Whether there is a place, if need be by closing a peer that has not earned its own.
  private boolean makeRoom() {
    List<FrameConnection> present = copy();
    if (present.size() < bounds.connectionsMax) {
      return true;
    }
    List<FrameConnection> unknown = present.stream().filter(each -> !each.isTrusted()).toList();
    Optional<FrameConnection> leaver =
        unknown.stream()
            .filter(each -> !each.hasSpoken())
            .findFirst()
            .or(() -> unknown.stream().filter(each -> !each.isOnTrial()).findFirst())
            .or(() -> unknown.stream().findFirst());
    leaver.ifPresent(FrameConnection::close);
    return leaver.isPresent();
  }

  private void serve(Connection accepted) {
    FrameConnection connection =
        new FrameConnection(accepted, handler, bounds, clock, this::forget);
    synchronized (connections) {
      connections.add(connection);
    }
    connection.start();
    if (closed) {
      connection.close();
    }
  }

  private void forget(FrameConnection connection) {
    synchronized (connections) {
      connections.remove(connection);
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
    copy().forEach(connection -> connection.flushAndClose(deadline));
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
