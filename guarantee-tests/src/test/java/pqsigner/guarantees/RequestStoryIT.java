package pqsigner.guarantees;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import pqsigner.client.SignerRequest;
import pqsigner.client.http.HttpSigner;
import pqsigner.guarantees.stack.SharedStack;
import pqsigner.guarantees.stack.Stack;
import pqsigner.local.process.ChildProcess;

/// One search through all logs for a `request_id` tells what happened to it, one line a stage.
@ExtendWith(SharedStack.class)
final class RequestStoryIT {

  private final Stack stack;

  RequestStoryIT(Stack stack) {
    this.stack = stack;
  }

  @Test
  void oneSearchTellsTheStoryOfARequest() {
    String userId = stack.newKey("ML-DSA-44").userId();
    String requestId = Stack.newRequestId();
    try (HttpSigner http = stack.signer("custodian-a")) {
      http.submit(
              SignerRequest.sign(userId, "told".getBytes(UTF_8)).withRequestId(requestId),
              Stack.PATIENCE)
          .requireSigned();
    }

    assertThat(story(requestId, 4))
        .containsExactlyInAnyOrder(
            "request.accepted", "request.queued", "request.signed", "request.released");
  }

  /// The caller may have its answer before the last line is written.
  private List<String> story(String requestId, int stages) {
    long until = System.nanoTime() + Stack.PATIENCE.toNanos();
    List<String> events = events(requestId);
    while (events.size() < stages && System.nanoTime() < until) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      events = events(requestId);
    }
    return events;
  }

  private List<String> events(String requestId) {
    Pattern told =
        Pattern.compile("([a-z_]+\\.[a-z_]+) custodian=custodian-a request_id=" + requestId);
    return stack.local().processes().stream()
        .map(ChildProcess::log)
        .distinct()
        .flatMap(
            log -> {
              try (Stream<String> lines = Files.lines(log)) {
                return told.matcher(String.join("\n", lines.toList())).results();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .map(found -> found.group(1))
        .toList();
  }
}
