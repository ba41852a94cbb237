package pqsigner.protocol.transport;

import java.io.IOException;
import java.time.Duration;

/// Opens connections and listeners by address.
public final class Transport {
  private Transport() {}

  /// @throws IOException when the peer does not answer within `timeout`
  public static Connection connect(EndpointAddress address, Duration timeout) throws IOException {
    return switch (address) {
      case EndpointAddress.Unix unix -> SocketTransport.connect(unix);
      case EndpointAddress.Tcp tcp -> SocketTransport.connect(tcp, timeout);
      case EndpointAddress.Vsock vsock -> throw new IOException("no vsock yet: " + vsock);
    };
  }

  public static Listener listen(EndpointAddress address) throws IOException {
    return switch (address) {
      case EndpointAddress.Unix unix -> SocketTransport.listen(unix);
      case EndpointAddress.Tcp tcp -> SocketTransport.listen(tcp);
      case EndpointAddress.Vsock vsock -> throw new IOException("no vsock yet: " + vsock);
    };
  }
}
