package pqsigner.protocol.transport;

import java.io.Closeable;
import java.io.IOException;

/// Waits for peers. Closing it from another thread ends a blocked accept with an IOException.
public interface Listener extends Closeable {
  Connection accept() throws IOException;

  /// Where it really listens: with the port that the kernel chose when 0 was asked for.
  EndpointAddress address();
}
