package pqsigner.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/// Runs the committed corpus in a normal build; with `JAZZER_FUZZ=1` and `-Dtest` naming one method
/// it searches.
class ProtocolFuzzTest {

  /// Every value has one encoding: a frame that is read is written as the bytes it came from.
  @FuzzTest(maxDuration = "60s")
  void aFrameIsReadOrRefused(byte[] bytes) throws IOException {
    Frame frame;
    try {
      frame = Frame.read(new ByteArrayInputStream(bytes));
    } catch (EOFException | ProtocolException e) {
      return;
    }
    if (frame == null) {
      requireTrue(bytes.length == 0);
      return;
    }
    byte[] encoded = frame.encode();
    requireTrue(Arrays.equals(encoded, Arrays.copyOf(bytes, encoded.length)));
    aRequestIsReadOrRefused(frame.type(), frame.body());
    anAnswerIsReadOrRefused(frame.type(), frame.body());
  }

  private static void aRequestIsReadOrRefused(int type, byte[] body) {
    Request request;
    try {
      request = Request.decode(type, body);
    } catch (ProtocolException e) {
      return;
    }
    requireTrue(request.type() == type && Arrays.equals(request.encode(), body));
  }

  private static void anAnswerIsReadOrRefused(int type, byte[] body) {
    Answer answer;
    try {
      answer = Answer.decode(type, body);
    } catch (ProtocolException e) {
      return;
    }
    requireTrue(answer.type() == type && Arrays.equals(answer.encode(), body));
  }

  private static void requireTrue(boolean held) {
    if (!held) {
      throw new AssertionError("read as something else than was written");
    }
  }
}
