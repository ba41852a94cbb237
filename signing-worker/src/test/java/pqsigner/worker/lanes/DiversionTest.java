package pqsigner.worker.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import pqsigner.events.ErrorCode;
import pqsigner.events.EventHeaders;

class DiversionTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  private static ConsumerRecord<byte[], byte[]> job(String attempt) {
    ConsumerRecord<byte[], byte[]> job =
        new ConsumerRecord<>("t.jobs", 0, 0, new byte[0], new byte[0]);
    EventHeaders.set(job.headers(), EventHeaders.ATTEMPT, attempt);
    return job;
  }

  @Test
  void aReasonIsCutAtItsBoundAndNeverInsideACharacter() {
    String ascii = "x".repeat(201);
    assertThat(diversion(ascii).reason()).hasSize(200);
    String emoji = "x".repeat(199) + "\uD83D\uDE00";
    assertThat(diversion(emoji).reason()).hasSize(199);
    assertThat(diversion("short").reason()).isEqualTo("short");
  }

  private static Diversion diversion(String reason) {
    return new Diversion(1, ErrorCode.INTERNAL, reason, NOW, NOW);
  }

  @Test
  void crashesCountAsAttempts() {
    ConsumerRecord<byte[], byte[]> job = job("1");
    assertThat(Diversion.of(job, 0, ErrorCode.INTERNAL, "", NOW).attempts()).isEqualTo(2);
    assertThat(Diversion.of(job, 3, ErrorCode.INTERNAL, "", NOW).attempts()).isEqualTo(4);
  }

  @Test
  void anAttemptHeaderThatIsNoNumberCountsAsNone() {
    for (String text : new String[] {"", "-1", "1e9", "99999999999", "x"}) {
      RecordHeaders headers = new RecordHeaders();
      EventHeaders.set(headers, EventHeaders.ATTEMPT, text);
      assertThat(Diversion.attemptsBefore(headers)).as(text).isZero();
    }
  }

  @Test
  void aFirstSeenHeaderThatIsNoTimeIsReplaced() {
    ConsumerRecord<byte[], byte[]> job = job("1");
    EventHeaders.set(job.headers(), EventHeaders.FIRST_SEEN, "yesterday");
    assertThat(Diversion.of(job, 0, ErrorCode.INTERNAL, "", NOW).firstSeen()).isEqualTo(NOW);
  }
}
