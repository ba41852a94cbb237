package pqsigner.protocol.transport;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where a peer listens, as text: `vsock:CID:PORT`, `unix:PATH` or `tcp:HOST:PORT`.
public sealed interface EndpointAddress {

  /// Both numbers are unsigned 32 bits, as the kernel has them.
  ///
  /// @param cid 3 is the parent as seen from an enclave; -1 (`any`) to listen
  /// @param port 0 to listen wherever the kernel likes
  record Vsock(int cid, int port) implements EndpointAddress {
    @Override
    public String toString() {
      return "vsock:"
          + (cid == -1 ? "any" : Integer.toUnsignedString(cid))
          + ":"
          + Integer.toUnsignedString(port);
    }
  }

  record Unix(Path path) implements EndpointAddress {
    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  record Tcp(String host, int port) implements EndpointAddress {
    @Override
    public String toString() {
      return "tcp:" + host + ":" + port;
    }
  }

  /// @throws IllegalArgumentException when the text is none of the three forms
  static EndpointAddress parse(String text) {
    String[] parts = text.split(":", -1);
    try {
      if (parts[0].equals("vsock") && parts.length == 3) {
        return new Vsock(parts[1].equals("any") ? -1 : u32(parts[1]), u32(parts[2]));
      }
      if (parts[0].equals("unix") && text.length() > 5) {
        return new Unix(Path.of(text.substring(5)));
      }
      if (parts[0].equals("tcp") && parts.length == 3 && !parts[1].isEmpty()) {
        return new Tcp(parts[1], port(parts[2]));
      }
    } catch (IllegalArgumentException e) {
      throw notAnAddress(text, e);
    }
    throw notAnAddress(text, null);
  }

  private static IllegalArgumentException notAnAddress(String text, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "not an address (vsock:CID:PORT, unix:PATH or tcp:HOST:PORT): " + text, cause);
  }

  /// All bits set means "any" to the kernel and is not a number of anything.
  private static int u32(String text) {
    int value = Integer.parseUnsignedInt(text);
    if (value == -1) {
      throw new IllegalArgumentException("out of range");
    }
    return value;
  }

  private static int port(String text) {
    int port = Integer.parseInt(text);
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port");
    }
    return port;
  }
}
