package pqsigner.delayline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.support.Acknowledgment;
import pqsigner.events.EventHeaders;
import pqsigner.events.Topics;
import pqsigner.events.poll.BoundedBytes;
import pqsigner.events.poll.PollWatch;
import pqsigner.worker.kafka.KafkaSends;
import pqsigner.worker.lanes.RetryLane;

class DelayLineTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final RetryLane LANE =
      new RetryLane("retry-5s", "t.retry-5s", Duration.ofSeconds(5));

  private final Producer producer = new Producer();
  private final List<ConsumerRecord<byte[], byte[]>> returned = new ArrayList<>();
  private final PassedOver passedOver = new PassedOver();
  private final Recorder recorder = new Recorder();
  private final DelayLine line =
      new DelayLine(
          new DelayLine.Route(LANE, new Topics("t."), Duration.ofMillis(250)),
          () -> new KafkaSends(new KafkaTemplate<>(() -> producer), Duration.ofSeconds(5)),
          () -> NOW,
          returned::add,
          passedOver);

  private static final class Producer extends MockProducer<byte[], byte[]> {
    @Nullable String refused;

    Producer() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> message, @Nullable Callback callback) {
      if (new String(message.value(), UTF_8).equals(refused)) {
        throw new RecordTooLargeException("larger than the topic's max.message.bytes");
      }
      return super.send(message, callback);
    }

    @Override
    public void close(Duration timeout) {}
  }

  /// What the listener told the container.
  private static final class Recorder implements Acknowledgment {
    boolean acknowledged;
    int nackedFrom = -1;
    @Nullable Duration sleep;

    @Override
    public void acknowledge() {
      acknowledged = true;
    }

    @Override
    public void nack(int index, Duration duration) {
      nackedFrom = index;
      sleep = duration;
    }
  }

  private static final class PassedOver implements PollWatch {
    final List<Long> offsets = new ArrayList<>();

    @Override
    public void skipped(TopicPartition partition, long first, long next, String reason) {
      assertThat(partition).isEqualTo(new TopicPartition(LANE.topic(), 0));
      LongStream.range(first, next).forEach(offsets::add);
    }

    @Override
    public void failing(String consumer, int polls, Throwable cause) {}

    @Override
    public void recovered(String consumer, int polls) {}

    @Override
    public void brokerUnreachable() {}

    @Override
    public void brokerBack() {}
  }

  private static ConsumerRecord<byte[], byte[]> laned(long offset, String notBefore) {
    return laned(offset, notBefore, ("value" + offset).getBytes(UTF_8));
  }

  private static ConsumerRecord<byte[], byte[]> laned(
      long offset, String notBefore, byte @Nullable [] value) {
    ConsumerRecord<byte[], byte[]> message =
        new ConsumerRecord<>(
            LANE.topic(),
            0,
            offset,
            NOW.toEpochMilli(),
            TimestampType.CREATE_TIME,
            3,
            5,
            "key".getBytes(UTF_8),
            value,
            new RecordHeaders(),
            Optional.empty());
    EventHeaders.set(message.headers(), EventHeaders.NOT_BEFORE, notBefore);
    EventHeaders.set(message.headers(), EventHeaders.ATTEMPT, "1");
    return message;
  }

  @Test
  void whatIsDueReturnsToTheJobsWithItsKeyBytesAndAttempts() {
    ConsumerRecord<byte[], byte[]> due = laned(0, NOW.toString());
    EventHeaders.set(due.headers(), EventHeaders.TRACEPARENT, "trace");
    EventHeaders.set(due.headers(), EventHeaders.REASON, "slow");

    line.onMessage(List.of(due), recorder);

    ProducerRecord<byte[], byte[]> job = producer.history().getFirst();
    assertThat(job.topic()).isEqualTo("t.jobs");
    assertThat(job.key()).isEqualTo(due.key());
    assertThat(job.value()).isEqualTo(due.value());
    assertThat(EventHeaders.text(job.headers(), EventHeaders.ATTEMPT)).contains("1");
    assertThat(EventHeaders.text(job.headers(), EventHeaders.TRACEPARENT)).contains("trace");
    assertThat(EventHeaders.text(job.headers(), EventHeaders.NOT_BEFORE)).isEmpty();
    assertThat(EventHeaders.text(job.headers(), EventHeaders.REASON)).isEmpty();
    assertThat(recorder.acknowledged).isTrue();
    assertThat(returned).containsExactly(due);
  }

  @ParameterizedTest
  @CsvSource({
    "t.jobs-bulk, t.jobs-bulk",
    "t.jobs, t.jobs",
    "t.commands.a, t.jobs",
    "'', t.jobs",
  })
  void aJobReturnsToTheJobsTopicThatItCameFromAndToNoOther(String origin, String back) {
    ConsumerRecord<byte[], byte[]> due = laned(0, NOW.toString());
    EventHeaders.set(due.headers(), EventHeaders.ORIGIN_TOPIC, origin);

    line.onMessage(List.of(due), recorder);

    assertThat(producer.history().getFirst().topic()).isEqualTo(back);
  }

  @Test
  void whatIsNotDueStaysAndThePauseEndsWhenItIs() {
    line.onMessage(
        List.of(laned(0, NOW.toString()), laned(1, NOW.plusMillis(100).toString())), recorder);
    assertThat(producer.history()).hasSize(1);
    assertThat(recorder.acknowledged).isFalse();
    assertThat(recorder.nackedFrom).isEqualTo(1);
    assertThat(recorder.sleep).isEqualTo(Duration.ofMillis(101));
  }

  @Test
  void aLongWaitIsCutIntoBoundedPauses() {
    line.onMessage(List.of(laned(0, NOW.plusSeconds(4).toString())), recorder);
    assertThat(producer.history()).isEmpty();
    assertThat(recorder.nackedFrom).isZero();
    assertThat(recorder.sleep).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void noHeaderHoldsUpTheLaneLongerThanItsDelay() {
    assertThat(line.dueAt(laned(0, NOW.plus(Duration.ofDays(9)).toString())))
        .isEqualTo(NOW.plusSeconds(5));
    assertThat(line.dueAt(laned(0, "not a time"))).isEqualTo(NOW.plusSeconds(5));
  }

  @Test
  void aBrokerThatRefusesMovesNoOffset() {
    producer.sendException = new TimeoutException("away");
    assertThatThrownBy(() -> line.onMessage(List.of(laned(0, NOW.toString())), recorder))
        .isInstanceOf(RuntimeException.class);
    assertThat(recorder.acknowledged).isFalse();
    assertThat(returned).isEmpty();
  }

  @Test
  void aRecordWhoseBytesWereTooManyToKeepIsPassedOver() {
    byte[] tooMany = new BoundedBytes().deserialize(LANE.topic(), new byte[BoundedBytes.MAX + 1]);

    line.onMessage(
        List.of(
            laned(0, NOW.toString()), laned(1, NOW.toString(), tooMany), laned(2, NOW.toString())),
        recorder);

    assertThat(passedOver.offsets).containsExactly(1L);
    assertThat(returned).extracting(ConsumerRecord::offset).containsExactly(0L, 2L);
    assertThat(recorder.acknowledged).isTrue();
  }

  @Test
  void aRecordThatTheJobsTopicNeverTakesIsPassedOver() {
    producer.refused = "value1";

    line.onMessage(
        List.of(laned(0, NOW.toString()), laned(1, NOW.toString()), laned(2, NOW.toString())),
        recorder);

    assertThat(passedOver.offsets).containsExactly(1L);
    assertThat(returned).extracting(ConsumerRecord::offset).containsExactly(0L, 2L);
    assertThat(recorder.acknowledged).isTrue();
  }
}
