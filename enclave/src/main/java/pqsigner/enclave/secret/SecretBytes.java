package pqsigner.enclave.secret;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/// Bytes that must not outlive their use: kept outside the heap, where no collector copies them,
/// and zeroed on close. [#expose] is the only way to read them, so a search for that word finds
/// every place that touches a secret.
///
/// Any thread may close it; a read after that throws [IllegalStateException].
public final class SecretBytes implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final MemorySegment segment;

  private SecretBytes(int size) {
    segment = arena.allocate(size);
  }

  /// What a caller does with the bytes. The array is zeroed when it returns: it must not be kept.
  @FunctionalInterface
  public interface Use<T, E extends Exception> {
    T with(byte[] secret) throws E;
  }

  /// Takes the bytes out of the heap: `source` is zeroed.
  public static SecretBytes moved(byte[] source) {
    SecretBytes secret = new SecretBytes(source.length);
    MemorySegment.copy(source, 0, secret.segment, ValueLayout.JAVA_BYTE, 0, source.length);
    Arrays.fill(source, (byte) 0);
    return secret;
  }

  public static SecretBytes random(int size, SecureRandom random) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return moved(bytes);
  }

  public int size() {
    return Math.toIntExact(segment.byteSize());
  }

  /// Hands out a copy for the duration of one call and zeroes it afterwards.
  public <T, E extends Exception> T expose(Use<T, E> use) throws E {
    byte[] copy = segment.toArray(ValueLayout.JAVA_BYTE);
    try {
      return use.with(copy);
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      segment.fill((byte) 0);
      arena.close();
    }
  }

  @Override
  public String toString() {
    return "SecretBytes[" + segment.byteSize() + "]";
  }
}
