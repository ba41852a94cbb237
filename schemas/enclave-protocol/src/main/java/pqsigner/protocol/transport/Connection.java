package pqsigner.protocol.transport;

import java.io.Closeable;
import java.io.InputStream;
import java.io.OutputStream;

/// A byte stream to a peer. Closing it from another thread ends blocked reads and writes.
public interface Connection extends Closeable {
  InputStream input();

  /// Unbuffered: one write call is handed to the kernel as a whole, however many partial writes
  /// that takes.
  OutputStream output();
}
