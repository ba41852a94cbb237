package pqsigner.protocol.transport;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/// A byte stream to a peer. Closing it from another thread ends blocked reads and writes with an
/// IOException. One thread may read while another writes.
public interface Connection extends Closeable {
  InputStream input();

  /// Unbuffered: one write call is handed to the kernel as a whole, however many partial writes
  /// that takes, and the bytes of two threads' calls do not mix. A peer that does not read blocks
  /// the writer until the connection is closed.
  OutputStream output();

  /// How long each read that begins from now on may wait for its first byte before it fails with a
  /// [java.net.SocketTimeoutException]; the connection stays usable. Rounded up to milliseconds.
  ///
  /// @param timeout zero, as at first: for ever
  void readTimeout(Duration timeout) throws IOException;

  /// Ends our half: the peer reads what was written and then the end of the stream. Reading from it
  /// goes on.
  void endOutput() throws IOException;
}
