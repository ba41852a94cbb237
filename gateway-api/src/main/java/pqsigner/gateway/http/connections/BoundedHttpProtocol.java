package pqsigner.gateway.http.connections;

import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;
import org.apache.coyote.http11.Http11NioProtocol;

/// HTTP/1.1 over a [BoundedEndpoint]. Public with a public constructor, because Tomcat makes it by
/// its name.
public final class BoundedHttpProtocol extends Http11NioProtocol {

  private final BoundedEndpoint endpoint;

  public BoundedHttpProtocol() {
    this(new BoundedEndpoint());
  }

  private BoundedHttpProtocol(BoundedEndpoint endpoint) {
    super(endpoint);
    this.endpoint = endpoint;
  }

  void bound(Connections<SocketChannel> by, Function<List<X509Certificate>, String> holderOf) {
    endpoint.bound(by, holderOf);
  }
}
