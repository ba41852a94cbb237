package pqsigner.protocol.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/// AF_VSOCK by the C library, because the JDK has no such sockets. Needs Linux and
/// `--enable-native-access=ALL-UNNAMED`.
///
/// ```
/// struct sockaddr_vm, 16 bytes, host byte order
///  0 u16 family = 40
///  2 u16 reserved = 0
///  4 u32 port; all bits set: any
///  8 u32 cid; all bits set: any
/// 12 u8  flags = 0, then 3 bytes of 0
/// ```
final class VsockTransport {
  private static final int SOCKADDR_BYTES = 16;
  private static final int PORT_ANY = -1;
  private static final int BACKLOG = 50;

  private VsockTransport() {}

  static Connection connect(EndpointAddress.Vsock address, Duration timeout) throws IOException {
    LinuxSocket socket = LinuxSocket.open(Libc.AF_VSOCK);
    try {
      socket.connect(sockaddr(address.cid(), address.port()), timeout);
      return new LinuxConnection(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  static Listener listen(EndpointAddress.Vsock address) throws IOException {
    LinuxSocket socket = LinuxSocket.open(Libc.AF_VSOCK);
    try {
      int port = address.port() == 0 ? PORT_ANY : address.port();
      socket.listen(sockaddr(address.cid(), port), BACKLOG);
      byte[] bound = new byte[SOCKADDR_BYTES];
      socket.localAddress(bound);
      return new LinuxListener(socket, new EndpointAddress.Vsock(address.cid(), port(bound)));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  static byte[] sockaddr(int cid, int port) {
    return ByteBuffer.allocate(SOCKADDR_BYTES)
        .order(ByteOrder.nativeOrder())
        .putShort((short) Libc.AF_VSOCK)
        .putShort((short) 0)
        .putInt(port)
        .putInt(cid)
        .array();
  }

  private static int port(byte[] sockaddr) {
    return ByteBuffer.wrap(sockaddr).order(ByteOrder.nativeOrder()).getInt(4);
  }

  /// Accepts [LinuxConnection]s.
  record LinuxListener(LinuxSocket socket, EndpointAddress address) implements Listener {
    @Override
    public Connection accept() throws IOException {
      return new LinuxConnection(socket.accept());
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
