package pqsigner.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class EventHeadersTest {

  @Test
  void theNamesAreFrozen() throws IllegalAccessException {
    TreeMap<String, Object> constants = new TreeMap<>();
    for (var field : EventHeaders.class.getFields()) {
      assertThat(Modifier.isFinal(field.getModifiers())).isTrue();
      constants.put(field.getName(), field.get(null));
    }
    assertThat(constants.toString().replaceAll("[{}]", "").split(", "))
        .isEqualTo(
            Arrays.stream(
                    """
                    ATTEMPT=pq-signer-attempt
                    BUILD=pq-signer-build
                    CE_ID=ce_id
                    CE_SOURCE=ce_source
                    CE_SPECVERSION=ce_specversion
                    CE_TIME=ce_time
                    CE_TYPE=ce_type
                    CODE=pq-signer-code
                    CONTENT_TYPE=content-type
                    FIRST_SEEN=pq-signer-first-seen
                    NOT_BEFORE=pq-signer-not-before
                    ORIGIN_OFFSET=pq-signer-origin-offset
                    ORIGIN_PARTITION=pq-signer-origin-partition
                    ORIGIN_TOPIC=pq-signer-origin-topic
                    REASON=pq-signer-reason
                    REPLAYS=pq-signer-replays
                    TRACEPARENT=traceparent
                    TRACESTATE=tracestate
                    TYPE_CONFLICT=pqsigner.conflict.v1
                    TYPE_FAILED=pqsigner.failed.v1
                    TYPE_JOB=pqsigner.job.v1
                    TYPE_REPLY=pqsigner.reply.v1
                    TYPE_RESULT=pqsigner.result.v1
                    """
                        .split("\n"))
                .toArray(String[]::new));
  }

  @Test
  void aHeaderThatIsSetAgainIsReplaced() {
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.set(headers, EventHeaders.CODE, "internal");
    EventHeaders.set(headers, EventHeaders.CODE, "überladen");
    assertThat(headers.toArray()).hasSize(1);
    assertThat(EventHeaders.text(headers, EventHeaders.CODE)).contains("überladen");
  }

  @Test
  void ofSeveralTheLastCountsAndNoneIsEmpty() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("x", new byte[] {'a'}).add("x", new byte[] {'b'}).add("null", null);
    assertThat(EventHeaders.text(headers, "x")).contains("b");
    assertThat(EventHeaders.text(headers, "null")).isEmpty();
    assertThat(EventHeaders.text(headers, "absent")).isEmpty();
  }
}
