package pqsigner.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import pqsigner.events.ErrorCode;
import pqsigner.events.EventHeaders;

class DeadLetterHeadersTest {
  private static final int LIMIT = DeadLetterHeaders.REASON_LENGTH_LIMIT;

  private final Headers headers = new RecordHeaders();

  @Test
  void aLetterSaysWhereItCameFromAndWhyAndWhichBuildWroteIt() {
    DeadLetterHeaders.origin(headers, new TopicPartition("jobs", 3), 42);
    DeadLetterHeaders.cause(headers, ErrorCode.MALFORMED_REQUEST, "no Avro", Build.version());

    assertThat(EventHeaders.text(headers, EventHeaders.ORIGIN_TOPIC)).hasValue("jobs");
    assertThat(EventHeaders.text(headers, EventHeaders.ORIGIN_PARTITION)).hasValue("3");
    assertThat(EventHeaders.text(headers, EventHeaders.ORIGIN_OFFSET)).hasValue("42");
    assertThat(EventHeaders.text(headers, EventHeaders.CODE)).hasValue("malformed_request");
    assertThat(EventHeaders.text(headers, EventHeaders.REASON)).hasValue("no Avro");
    assertThat(EventHeaders.text(headers, EventHeaders.BUILD).orElseThrow()).matches("\\d+\\..+");
  }

  @Test
  void aLongReasonIsCutBetweenCharacters() {
    assertThat(DeadLetterHeaders.shortened("x".repeat(LIMIT))).hasSize(LIMIT);
    assertThat(DeadLetterHeaders.shortened("x".repeat(LIMIT + 1))).hasSize(LIMIT);
    assertThat(DeadLetterHeaders.shortened("x".repeat(LIMIT - 1) + "\uD83D\uDD11"))
        .hasSize(LIMIT - 1);
  }
}
