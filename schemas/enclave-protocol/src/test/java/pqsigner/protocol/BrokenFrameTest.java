package pqsigner.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Frames that are cut short, too long, or changed: they end the connection and nothing else.
class BrokenFrameTest {
  private static final List<Frame> FRAMES =
      Stream.concat(
              Samples.REQUESTS.stream().map(r -> Frame.of(42, r)),
              Samples.ANSWERS.stream().map(a -> Frame.of(42, a)))
          .toList();

  @Test
  void everyTruncationOfEveryFrameIsAnEarlyEnd() throws IOException {
    for (Frame frame : FRAMES) {
      byte[] whole = frame.encode();
      assertThat(Frame.read(new ByteArrayInputStream(new byte[0]))).isNull();
      for (int length = 1; length < whole.length; length++) {
        byte[] part = Arrays.copyOf(whole, length);
        assertThatExceptionOfType(EOFException.class)
            .isThrownBy(() -> Frame.read(new ByteArrayInputStream(part)));
      }
    }
  }

  @Test
  void everyTruncationOfEveryBodyIsRefused() {
    for (Frame frame : FRAMES) {
      for (int length = 0; length < frame.body().length; length++) {
        byte[] part = Arrays.copyOf(frame.body(), length);
        assertThatExceptionOfType(ProtocolException.class)
            .isThrownBy(() -> decode(frame.type(), part));
      }
    }
  }

  @Test
  void bytesAfterTheLastFieldAreRefused() {
    for (Frame frame : FRAMES) {
      byte[] longer = Arrays.copyOf(frame.body(), frame.body().length + 1);
      assertThatExceptionOfType(ProtocolException.class)
          .isThrownBy(() -> decode(frame.type(), longer));
    }
  }

  /// What is decoded has one encoding, so it must encode to what it was decoded from.
  @Test
  void noMutationEscapesAsAnythingElse() throws IOException {
    Random random = new Random(20260505);
    int decoded = 0;
    int refused = 0;
    for (int i = 0; i < 300_000; i++) {
      byte[] bytes = mutate(FRAMES.get(random.nextInt(FRAMES.size())).encode(), random);
      try {
        Frame frame = Frame.read(new ByteArrayInputStream(bytes));
        if (frame != null) {
          if (!Arrays.equals(decode(frame.type(), frame.body()), frame.body())) {
            throw new AssertionError("two encodings of " + frame);
          }
          decoded++;
        }
      } catch (ProtocolException | EOFException e) {
        refused++;
      }
    }
    assertThat(decoded).as("some mutations hit only contents").isGreaterThan(10_000);
    assertThat(refused).isGreaterThan(100_000);
  }

  @Test
  void lengthsThatAreNotThereCostNoMemory() {
    byte[] frame = FRAMES.get(0).encode();
    frame[1] = 0x03; // 196,620 bytes announced, none sent
    byte[] body = FRAMES.get(6).body().clone();
    Arrays.fill(body, body.length - 9, body.length - 5, (byte) 0xFF);
    long before = allocated();
    for (int i = 0; i < 100; i++) {
      assertThatExceptionOfType(EOFException.class)
          .isThrownBy(() -> Frame.read(new ByteArrayInputStream(frame)));
      assertThatExceptionOfType(ProtocolException.class)
          .isThrownBy(() -> decode(FRAMES.get(6).type(), body));
    }
    assertThat(allocated() - before).isLessThan(100 * 64 * 1024);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  /// Decodes and encodes again.
  private static byte[] decode(int type, byte[] body) throws ProtocolException {
    return type < 0x80 ? Request.decode(type, body).encode() : Answer.decode(type, body).encode();
  }

  private static byte[] mutate(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(5)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 3 -> bytes[3] = (byte) random.nextInt();
      default -> {
        byte[] noise = new byte[bytes.length - at];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, bytes, at, noise.length);
      }
    }
    return bytes;
  }
}
