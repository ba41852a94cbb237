package pqsigner.enclave.residue;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import pqsigner.enclave.secret.Sweeper;

/// A process that fills its heap with copies of one secret, wherever the collector moves them, lets
/// go of all of them and leaves the rest to the sweeper.
public final class MarkedHeapMain {
  static final int MARKER_BYTES = 32;

  /// Of an array; with its header some hundred bytes.
  private static final int ARRAY_BYTES = 80;

  /// More than the young generation, so that copies get old.
  private static final int HELD = 1_000_000;

  private static final int MADE = 8_000_000;

  private MarkedHeapMain() {}

  static byte markerAt(int index) {
    return (byte) (index * 37 + 0x5B ^ index << 3);
  }

  /// Written byte by byte, so that the heap holds it in these arrays only.
  private static byte[] marked() {
    byte[] array = new byte[ARRAY_BYTES];
    for (int i = 0; i < MARKER_BYTES; i++) {
      array[i] = markerAt(i);
    }
    return array;
  }

  public static void main(String[] arguments) throws IOException {
    try (Sweeper sweeper = new Sweeper(Duration.ofMillis(100))) {
      byte[][] held = new byte[HELD][];
      for (int i = 0; i < MADE; i++) {
        held[i * 31 % HELD] = marked();
      }
      Arrays.fill(held, null);
      sweeper.secretDied();
      System.out.println("dropped");
      while (System.in.read() >= 0) {}
    }
  }
}
