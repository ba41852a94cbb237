package pqsigner.image.oci;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// What a tar reader reads from: hashed, bounded as a whole, and from one step to the next bounded
/// by what this step may need. So a header that claims a name of a gigabyte gets no gigabyte.
final class MeteredInput extends InputStream {
  private final InputStream in;
  private final MessageDigest digest;
  private final long bytesMax;
  private long left;
  private long allowed;

  /// @param bytesMax of the whole stream
  MeteredInput(InputStream in, MessageDigest digest, long bytesMax) {
    this.in = in;
    this.digest = digest;
    this.bytesMax = bytesMax;
    this.left = bytesMax;
  }

  /// @param bytes that the next step may read; what the step before left is forgotten
  void allow(long bytes) {
    allowed = bytes;
  }

  long bytesLeft() {
    return left;
  }

  long bytesRead() {
    return bytesMax - left;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    long most = Math.min(left, allowed);
    if (most == 0) {
      if (in.read() < 0) {
        return -1;
      }
      throw new TooMuchException();
    }
    int read = in.read(bytes, offset, (int) Math.min(length, most));
    if (read > 0) {
      left -= read;
      allowed -= read;
      digest.update(bytes, offset, read);
    }
    return read;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
