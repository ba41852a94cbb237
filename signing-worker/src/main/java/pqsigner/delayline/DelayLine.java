package pqsigner.delayline;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.BatchAcknowledgingMessageListener;
import org.springframework.kafka.support.Acknowledgment;
import pqsigner.events.EventHeaders;
import pqsigner.events.Topics;
import pqsigner.events.poll.BoundedBytes;
import pqsigner.events.poll.PollWatch;
import pqsigner.worker.kafka.KafkaSends;
import pqsigner.worker.lanes.RetryLane;

/// Brings the records of one lane back to the jobs topic that they came from when they are due.
/// What is not due is left in the topic and polled again after a pause, so the consumer never
/// sleeps and holds nothing.
///
/// It touches nothing but headers: an expired job, too, is answered where all jobs are. A record
/// that no jobs topic takes becomes a dead letter of its place, so that it holds up nobody.
final class DelayLine implements BatchAcknowledgingMessageListener<byte[], byte[]> {
  private final RetryLane lane;
  private final Topics topics;
  private final Duration pauseMax;
  private final Supplier<KafkaSends> sends;
  private final InstantSource clock;
  private final Consumer<ConsumerRecord<byte[], byte[]>> returned;
  private final PollWatch watch;

  /// @param pauseMax longest pause of the consumer before it looks again
  record Route(RetryLane lane, Topics topics, Duration pauseMax) {}

  DelayLine(
      Route route,
      Supplier<KafkaSends> sends,
      InstantSource clock,
      Consumer<ConsumerRecord<byte[], byte[]>> returned,
      PollWatch watch) {
    this.lane = route.lane;
    this.topics = route.topics;
    this.pauseMax = route.pauseMax;
    this.sends = sends;
    this.clock = clock;
    this.returned = returned;
    this.watch = watch;
  }

  RetryLane lane() {
    return lane;
  }

  @Override
  public void onMessage(
      List<ConsumerRecord<byte[], byte[]>> messages, @Nullable Acknowledgment given) {
    Acknowledgment acknowledgment = Objects.requireNonNull(given);
    Instant now = clock.instant();
    int due = 0;
    while (due < messages.size() && !dueAt(messages.get(due)).isAfter(now)) {
      due++;
    }
    bringBack(messages.subList(0, due));
    if (due == messages.size()) {
      acknowledgment.acknowledge();
    } else {
      acknowledgment.nack(due, pause(now, dueAt(messages.get(due))));
    }
  }

  private void bringBack(List<ConsumerRecord<byte[], byte[]>> due) {
    try {
      send(due);
    } catch (RecordTooLargeException e) {
      due.forEach(this::bringBackAlone);
    }
  }

  private void bringBackAlone(ConsumerRecord<byte[], byte[]> message) {
    try {
      send(List.of(message));
    } catch (RecordTooLargeException e) {
      watch.skipped(
          new TopicPartition(message.topic(), message.partition()),
          message.offset(),
          message.offset() + 1,
          "larger than a job can be");
    }
  }

  private void send(List<ConsumerRecord<byte[], byte[]>> messages) {
    if (messages.stream().anyMatch(BoundedBytes::isTooLarge)) {
      throw new RecordTooLargeException("its bytes were not kept");
    }
    KafkaSends batch = sends.get();
    messages.forEach(message -> batch.send(back(message)));
    batch.await();
    messages.forEach(returned);
  }

  private String origin(ConsumerRecord<?, ?> message) {
    return EventHeaders.text(message.headers(), EventHeaders.ORIGIN_TOPIC)
        .filter(topics.bulkJobs()::equals)
        .orElse(topics.jobs());
  }

  private Duration pause(Instant now, Instant due) {
    Duration wait = Duration.between(now, due).plusMillis(1);
    return wait.compareTo(pauseMax) > 0 ? pauseMax : wait;
  }

  /// What the header says, but never later than the lane's delay after the record was written: a
  /// skewed clock must not hold up all that stand behind it.
  Instant dueAt(ConsumerRecord<?, ?> message) {
    Instant latest = Instant.ofEpochMilli(message.timestamp()).plus(lane.delay());
    try {
      return EventHeaders.text(message.headers(), EventHeaders.NOT_BEFORE)
          .map(Instant::parse)
          .filter(told -> told.isBefore(latest))
          .orElse(latest);
    } catch (DateTimeException e) {
      return latest;
    }
  }

  private ProducerRecord<byte[], byte[]> back(ConsumerRecord<byte[], byte[]> message) {
    ProducerRecord<byte[], byte[]> job =
        new ProducerRecord<>(
            origin(message), null, message.key(), message.value(), message.headers());
    Headers headers = job.headers();
    List.of(
            EventHeaders.NOT_BEFORE,
            EventHeaders.CODE,
            EventHeaders.REASON,
            EventHeaders.ORIGIN_TOPIC,
            EventHeaders.ORIGIN_PARTITION,
            EventHeaders.ORIGIN_OFFSET)
        .forEach(headers::remove);
    return job;
  }
}
