package pqsigner.kafka;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import pqsigner.events.ErrorCode;
import pqsigner.events.EventHeaders;

/// The headers of a dead letter: where it came from, and why it is one.
public final class DeadLetterHeaders {
  public static final int REASON_LENGTH_LIMIT = 200;

  private DeadLetterHeaders() {}

  public static void origin(Headers headers, TopicPartition partition, long offset) {
    EventHeaders.set(headers, EventHeaders.ORIGIN_TOPIC, partition.topic());
    EventHeaders.set(
        headers, EventHeaders.ORIGIN_PARTITION, Integer.toString(partition.partition()));
    EventHeaders.set(headers, EventHeaders.ORIGIN_OFFSET, Long.toString(offset));
  }

  /// @param reason for an operator; quotes nothing of the record
  public static void cause(Headers headers, ErrorCode code, String reason, String build) {
    EventHeaders.set(headers, EventHeaders.CODE, code.code());
    EventHeaders.set(headers, EventHeaders.REASON, shortened(reason));
    EventHeaders.set(headers, EventHeaders.BUILD, build);
  }

  /// At most [#REASON_LENGTH_LIMIT] characters, and no half of one.
  public static String shortened(String reason) {
    if (reason.length() <= REASON_LENGTH_LIMIT) {
      return reason;
    }
    int half = Character.isHighSurrogate(reason.charAt(REASON_LENGTH_LIMIT - 1)) ? 1 : 0;
    return reason.substring(0, REASON_LENGTH_LIMIT - half);
  }
}
