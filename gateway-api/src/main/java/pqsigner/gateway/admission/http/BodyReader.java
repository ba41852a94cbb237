package pqsigner.gateway.admission.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;

/// Reads a body up to a size and within a time, whatever its headers claim: a chunked body has no
/// length, and a slow one would otherwise stay for ever, one byte before each socket time-out.
final class BodyReader {

  private static final int STEP_BYTES = 4 * 1024;

  private final int bytesMax;
  private final Duration atMost;

  BodyReader(int bytesMax, Duration atMost) {
    this.bytesMax = bytesMax;
    this.atMost = atMost;
  }

  /// What there was to read.
  sealed interface Body {

    record Whole(byte[] bytes) implements Body {}

    /// At most one byte too many was read.
    record TooLarge() implements Body {}

    /// The bodies of all callers together fill their budget.
    record NoRoom() implements Body {}
  }

  /// Memory is taken as bytes arrive, not as they are announced.
  Body read(HttpServletRequest request, ByteBudget.Share share) throws IOException {
    if (request.getContentLengthLong() > bytesMax) {
      return new Body.TooLarge();
    }
    long deadline = System.nanoTime() + atMost.toNanos();
    InputStream in = request.getInputStream();
    ByteArrayOutputStream body = new ByteArrayOutputStream(STEP_BYTES);
    byte[] step = new byte[STEP_BYTES];
    while (body.size() <= bytesMax) {
      int read = in.read(step, 0, Math.min(step.length, bytesMax + 1 - body.size()));
      if (read < 0) {
        return new Body.Whole(body.toByteArray());
      }
      if (!share.take(read)) {
        return new Body.NoRoom();
      }
      body.write(step, 0, read);
      if (System.nanoTime() - deadline > 0) {
        throw new InterruptedIOException("body too slow");
      }
    }
    return new Body.TooLarge();
  }
}
