package pqsigner.gateway.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.custodian.Caller;

/// Reads bodies of JSON up to a size and within a time, whatever their headers claim: a chunked
/// body has no length, and a slow one would otherwise stay for ever, one byte before each socket
/// time-out.
public final class JsonBodies {

  private static final int STEP_BYTES = 4 * 1024;

  private final ByteBudget budget;
  private final Duration atMost;
  private final HttpAnswers answers;

  public JsonBodies(ByteBudget budget, Duration atMost, HttpAnswers answers) {
    this.budget = budget;
    this.atMost = atMost;
    this.answers = answers;
  }

  /// What is done with a body that arrived whole.
  @FunctionalInterface
  public interface Handler {
    ResponseEntity<byte[]> answer(byte[] body) throws InterruptedException;
  }

  private sealed interface Body {

    record Whole(byte[] bytes) implements Body {}

    /// At most one byte too many was read.
    record TooLarge() implements Body {}

    record TooSlow() implements Body {}

    /// The bodies of this caller, or of all together, fill their budget.
    record NoRoom() implements Body {}
  }

  /// Its bytes count against the caller until it is answered.
  public ResponseEntity<byte[]> read(
      HttpServletRequest request, Caller caller, int bytesMax, Handler handler)
      throws IOException, InterruptedException {
    if (!isJson(request)) {
      return answers.problem(
          ErrorCode.UNSUPPORTED_MEDIA_TYPE,
          "send application/json in UTF-8, in one Content-Type header and without"
              + " Content-Encoding",
          null);
    }
    try (ByteBudget.Taken taken = budget.of(caller.holder())) {
      return switch (read(request, bytesMax, taken)) {
        case Body.TooLarge() ->
            answers.problem(
                ErrorCode.MESSAGE_TOO_LARGE, "the body is at most " + bytesMax + " bytes", null);
        // As the web server answers for a body that stops.
        case Body.TooSlow() -> answers.problem(HttpStatus.REQUEST_TIMEOUT.value());
        case Body.NoRoom() ->
            answers.problem(ErrorCode.OVERLOADED, "too many large requests at once", null);
        case Body.Whole(byte[] body) -> handler.answer(body);
      };
    }
  }

  /// Memory is taken as bytes arrive, not as they are announced.
  private Body read(HttpServletRequest request, int bytesMax, ByteBudget.Taken taken)
      throws IOException {
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
      if (!taken.take(read)) {
        return new Body.NoRoom();
      }
      body.write(step, 0, read);
      if (System.nanoTime() - deadline > 0) {
        return new Body.TooSlow();
      }
    }
    return new Body.TooLarge();
  }

  /// Two headers could mean one thing to us and another to what stands in front.
  private static boolean isJson(HttpServletRequest request) {
    List<String> types = Collections.list(request.getHeaders(HttpHeaders.CONTENT_TYPE));
    return types.size() == 1
        && isJson(types.getFirst())
        && Collections.list(request.getHeaders(HttpHeaders.CONTENT_ENCODING)).stream()
            .allMatch(coding -> coding.strip().equalsIgnoreCase("identity"));
  }

  private static boolean isJson(String contentType) {
    try {
      MediaType type = MediaType.parseMediaType(contentType);
      return type.getType().equals("application")
          && type.getSubtype().equals("json")
          && (type.getCharset() == null || type.getCharset().equals(StandardCharsets.UTF_8));
    } catch (InvalidMediaTypeException e) {
      return false;
    }
  }
}
