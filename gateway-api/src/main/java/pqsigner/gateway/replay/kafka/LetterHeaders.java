package pqsigner.gateway.replay.kafka;

import java.time.DateTimeException;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import pqsigner.events.EventHeaders;

/// The headers of a dead letter that are more than text.
final class LetterHeaders {

  private LetterHeaders() {}

  static long number(Headers headers, String name, long otherwise) {
    return EventHeaders.text(headers, name)
        .filter(text -> text.matches("[0-9]{1,18}"))
        .map(Long::parseLong)
        .orElse(otherwise);
  }

  static @Nullable Instant time(Headers headers, String name) {
    try {
      return EventHeaders.text(headers, name).map(Instant::parse).orElse(null);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
