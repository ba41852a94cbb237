package pqsigner.protocol.transport;

import java.io.IOException;
import java.time.Duration;

/// Opens connections and listeners by address.
public final class Transport {
  private Transport() {}

  /// @throws IOException when the peer does not answer within `timeout`
  public static Connection connect(EndpointAddress address, Duration timeout) throws IOException {
    return switch (address) {
      case EndpointAddress.Unix unix -> UnixTransport.connect(unix, timeout);
      case EndpointAddress.Tcp tcp -> TcpTransport.connect(tcp, timeout);
      case EndpointAddress.Vsock vsock -> VsockTransport.connect(vsock, timeout);
    };
  }

  public static Listener listen(EndpointAddress address) throws IOException {
    return switch (address) {
      case EndpointAddress.Unix unix -> UnixTransport.listen(unix);
      case EndpointAddress.Tcp tcp -> TcpTransport.listen(tcp);
      case EndpointAddress.Vsock vsock -> VsockTransport.listen(vsock);
    };
  }
}
