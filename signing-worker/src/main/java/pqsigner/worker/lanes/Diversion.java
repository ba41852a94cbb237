package pqsigner.worker.lanes;

import java.time.DateTimeException;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import pqsigner.events.ErrorCode;
import pqsigner.events.EventHeaders;
import pqsigner.kafka.DeadLetterHeaders;

/// Why and when a job was diverted, as the headers of lanes and dead letters say.
///
/// @param attempts how many times the job has been tried, including the last
/// @param reason at most [DeadLetterHeaders#REASON_LENGTH_LIMIT] characters are kept
public record Diversion(
    int attempts, ErrorCode code, String reason, Instant firstSeen, Instant now) {
  private static final int ATTEMPTS_READ_MAX = 1000;

  public Diversion {
    reason = DeadLetterHeaders.shortened(reason);
  }

  /// @param crashes tries that ended in a crash; 0 for an ordinary failure, which is one attempt
  public static Diversion of(
      ConsumerRecord<?, ?> job, int crashes, ErrorCode code, String reason, Instant now) {
    int attempts = attemptsBefore(job.headers()) + Math.max(1, crashes);
    return new Diversion(attempts, code, reason, firstSeen(job.headers(), now), now);
  }

  /// How many times a job was tried before this arrival. A header that is not a number counts as
  /// none: only the worker and the delay line write it.
  public static int attemptsBefore(Headers headers) {
    return EventHeaders.text(headers, EventHeaders.ATTEMPT)
        .filter(text -> text.matches("\\d{1,4}"))
        .map(Integer::parseInt)
        .map(attempts -> Math.min(attempts, ATTEMPTS_READ_MAX))
        .orElse(0);
  }

  private static Instant firstSeen(Headers headers, Instant otherwise) {
    try {
      return EventHeaders.text(headers, EventHeaders.FIRST_SEEN)
          .map(Instant::parse)
          .orElse(otherwise);
    } catch (DateTimeException e) {
      return otherwise;
    }
  }

  void write(Headers headers) {
    EventHeaders.set(headers, EventHeaders.ATTEMPT, Integer.toString(attempts));
    EventHeaders.set(headers, EventHeaders.FIRST_SEEN, firstSeen.toString());
    EventHeaders.set(headers, EventHeaders.CODE, code.code());
    EventHeaders.set(headers, EventHeaders.REASON, reason);
  }

  static void writeOrigin(Headers headers, ConsumerRecord<?, ?> job) {
    DeadLetterHeaders.origin(
        headers, new TopicPartition(job.topic(), job.partition()), job.offset());
  }
}
