package pqsigner.gateway.admission.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;

/// Reads a body up to a size and within a time, whatever its headers claim: a chunked body has no
/// length, and a slow one would otherwise stay for ever, one byte before each socket time-out.
final class BodyReader {

  private static final int STEP_BYTES = 8 * 1024;

  private final int bytesMax;
  private final Duration atMost;

  BodyReader(int bytesMax, Duration atMost) {
    this.bytesMax = bytesMax;
    this.atMost = atMost;
  }

  /// Empty if the body is too large; then at most one byte too many was read.
  Optional<byte[]> read(HttpServletRequest request) throws IOException {
    long announced = request.getContentLengthLong();
    if (announced > bytesMax) {
      return Optional.empty();
    }
    long deadline = System.nanoTime() + atMost.toNanos();
    InputStream in = request.getInputStream();
    ByteArrayOutputStream body = new ByteArrayOutputStream(announced < 0 ? 1024 : (int) announced);
    byte[] step = new byte[STEP_BYTES];
    while (body.size() <= bytesMax) {
      int read = in.read(step, 0, Math.min(step.length, bytesMax + 1 - body.size()));
      if (read < 0) {
        return Optional.of(body.toByteArray());
      }
      body.write(step, 0, read);
      if (System.nanoTime() - deadline > 0) {
        throw new InterruptedIOException("body too slow");
      }
    }
    return Optional.empty();
  }
}
