package pqsigner.enclave.release;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import pqsigner.enclave.Deadline;
import pqsigner.protocol.transport.Connection;
import pqsigner.protocol.transport.Transport;

/// TLS sessions with the KMS, kept for the next call because a handshake costs more than the call.
///
/// TLS 1.3 only. The key exchange is X25519MLKEM768 unless the measured configuration names others:
/// the KMS's answer is encrypted to an RSA key, which a recording would outlive; inside a hybrid
/// session there is nothing to record. That is why the provider is Conscrypt, JDK 25 has no such
/// group.
final class TlsChannels implements AutoCloseable {
  private final KmsEndpoint endpoint;
  private final SSLContext context;
  private final Deque<TlsChannel> idle = new ArrayDeque<>();
  private final ScheduledThreadPoolExecutor clock;
  private boolean closed;

  TlsChannels(KmsEndpoint endpoint, Provider conscrypt) {
    this.endpoint = endpoint;
    this.context = context(endpoint, conscrypt);
    this.clock =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("kms-deadlines").factory());
    clock.setRemoveOnCancelPolicy(true);
    long period = Math.max(1, endpoint.idleTime().toNanos() / 2);
    var _ = clock.scheduleWithFixedDelay(this::closeStale, period, period, TimeUnit.NANOSECONDS);
  }

  private static SSLContext context(KmsEndpoint endpoint, Provider conscrypt) {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3", conscrypt);
      context.init(
          null,
          new TrustManager[] {new PinnedServerTrust(endpoint.roots(), endpoint.host())},
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Conscrypt has no TLS 1.3", e);
    }
  }

  /// The most recently used idle session, or null.
  @Nullable TlsChannel takeIdle() {
    closeStale();
    synchronized (idle) {
      return idle.pollFirst();
    }
  }

  TlsChannel open(Deadline deadline) throws IOException {
    if (deadline.passed()) {
      throw new SocketTimeoutException("too late to connect");
    }
    Connection connection = Transport.connect(endpoint.address(), deadline.remaining());
    ScheduledFuture<?> timeout = closeAt(deadline, () -> closeQuietly(connection));
    try {
      TlsChannel channel = new TlsChannel(connection, handshake(connection));
      if (!timeout.cancel(false)) {
        throw new IOException("no handshake in time");
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      timeout.cancel(false);
      closeQuietly(connection);
      throw e;
    }
  }

  private SSLSocket handshake(Connection connection) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(new ChannelSocket(connection), endpoint.host(), 443, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3"});
    parameters.setServerNames(List.of(new SNIHostName(endpoint.host())));
    parameters.setNamedGroups(endpoint.groups().toArray(String[]::new));
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    if (!socket.getSession().getProtocol().equals("TLSv1.3")) {
      throw new IOException("the peer does not speak TLS 1.3");
    }
    return socket;
  }

  /// Runs at the deadline unless it is cancelled before.
  ScheduledFuture<?> closeAt(Deadline deadline, Runnable close) {
    return clock.schedule(close, Math.max(0, deadline.remaining().toNanos()), TimeUnit.NANOSECONDS);
  }

  void giveBack(TlsChannel channel) {
    channel.idleSince(System.nanoTime());
    synchronized (idle) {
      if (!closed && idle.size() < endpoint.idleConnectionsMax()) {
        idle.addFirst(channel);
        return;
      }
    }
    channel.close();
  }

  private void closeStale() {
    long now = System.nanoTime();
    while (true) {
      TlsChannel oldest;
      synchronized (idle) {
        oldest = idle.peekLast();
        if (oldest == null || now - oldest.idleSince() < endpoint.idleTime().toNanos()) {
          return;
        }
        idle.removeLast();
      }
      oldest.close();
    }
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (IOException e) {
      // It is given up either way.
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    synchronized (idle) {
      closed = true;
      idle.forEach(TlsChannel::close);
      idle.clear();
    }
  }
}
