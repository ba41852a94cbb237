package pqsigner.gateway.http.connections;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/// Tomcat's NIO endpoint, which asks [Connections] about each connection and tells it what each
/// does.
///
/// A connection is cut by the end of its input: Tomcat then reads what it reads when the peer hangs
/// up, and closes it on the thread that owns it. Closing it from here would give its buffers to the
/// next connection while that thread still uses them.
final class BoundedEndpoint extends NioEndpoint {

  /// Who holds the connections of certificates that name neither an operator nor a custodian that
  /// is served.
  static final String NOBODY = "nobody:";

  private static final long SWEEP_MILLIS = 100;

  private @Nullable Connections<SocketChannel> bounds;
  private @Nullable Function<List<X509Certificate>, String> holderOf;
  private @Nullable ScheduledFuture<?> sweep;

  /// @param holderOf who a connection with this chain of certificates counts against
  void bound(Connections<SocketChannel> by, Function<List<X509Certificate>, String> holderOf) {
    this.bounds = by;
    this.holderOf = holderOf;
  }

  private Connections<SocketChannel> book() {
    return Objects.requireNonNull(bounds, "the endpoint was started without its bounds");
  }

  @Override
  public void startInternal() throws Exception {
    super.startInternal();
    sweep =
        getUtilityExecutor()
            .scheduleWithFixedDelay(
                this::cutTheLate, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void cutTheLate() {
    try {
      book().late().forEach(BoundedEndpoint::cut);
    } catch (RuntimeException e) {
      // An executor forgets a task that throws, and with it every deadline.
      getLog().error("connections.sweep_failed", e);
    }
  }

  @Override
  public void stopInternal() {
    if (sweep != null) {
      sweep.cancel(false);
    }
    super.stopInternal();
  }

  /// Counted before Tomcat looks at it, so that nothing can happen to a connection that is not in
  /// the book.
  @Override
  protected boolean setSocketOptions(SocketChannel socket) {
    try {
      if (socket.getRemoteAddress() instanceof InetSocketAddress peer) {
        book().accepted(socket, Source.of(peer.getAddress())).ifPresent(BoundedEndpoint::cut);
        boolean taken = super.setSocketOptions(socket);
        if (!taken) {
          book().closed(socket);
        }
        return taken;
      }
    } catch (IOException _) {
      // It has gone already.
    }
    destroySocket(socket);
    return false;
  }

  @Override
  public void setHandler(Handler<NioChannel> handler) {
    super.setHandler(new Watched(handler));
  }

  private static void cut(SocketChannel connection) {
    try {
      connection.shutdownInput();
    } catch (IOException _) {
      // It has gone already.
    }
  }

  private boolean mayWork(SocketChannel connection, SocketWrapperBase<NioChannel> wrapper) {
    if (book().isHandshaking(connection)) {
      switch (book().authenticated(connection, holder(wrapper))) {
        case Connections.Entry.Admitted<SocketChannel>(var instead) ->
            instead.ifPresent(BoundedEndpoint::cut);
        case Connections.Entry.Refused<SocketChannel>() -> {
          return false;
        }
      }
    }
    return book().works(connection);
  }

  private String holder(SocketWrapperBase<NioChannel> wrapper) {
    Function<List<X509Certificate>, String> of = Objects.requireNonNull(holderOf);
    try {
      SSLSupport tls = wrapper.getSslSupport();
      X509Certificate[] chain = tls == null ? null : tls.getPeerCertificateChain();
      return chain == null || chain.length == 0 ? NOBODY : of.apply(List.of(chain));
    } catch (IOException _) {
      return NOBODY;
    }
  }

  /// Tomcat's own handler, with a look at what goes in and comes out.
  private final class Watched implements Handler<NioChannel> {

    private final Handler<NioChannel> handler;

    Watched(Handler<NioChannel> handler) {
      this.handler = handler;
    }

    @Override
    public SocketState process(SocketWrapperBase<NioChannel> wrapper, SocketEvent event) {
      // Taken first: a closed wrapper no longer knows it.
      SocketChannel connection = wrapper.getSocket().getIOChannel();
      if (event != SocketEvent.OPEN_READ) {
        return handler.process(wrapper, event);
      }
      if (!mayWork(connection, wrapper)) {
        return SocketState.CLOSED;
      }
      SocketState state = handler.process(wrapper, event);
      if (state == SocketState.LONG) {
        book().readsHead(connection);
      } else {
        book().idles(connection);
      }
      return state;
    }

    @Override
    public void release(SocketWrapperBase<NioChannel> wrapper) {
      book().closed(wrapper.getSocket().getIOChannel());
      handler.release(wrapper);
    }

    @Override
    public Object getGlobal() {
      return handler.getGlobal();
    }

    @Override
    public void pause() {
      handler.pause();
    }

    @Override
    public void recycle() {
      handler.recycle();
    }
  }
}
