package pqsigner.gateway.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pqsigner.events.ErrorCode;
import pqsigner.events.EventHeaders;
import pqsigner.events.Topics;
import pqsigner.events.poll.BoundedBytes;
import pqsigner.gateway.queue.QueueUnavailableException;
import pqsigner.kafka.Build;
import pqsigner.kafka.DeadLetterHeaders;

/// Where a record goes that can never be processed: its key, bytes and headers untouched, with
/// where it came from and why.
public final class DeadLetters {

  private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);
  private static final String OURS = "pq-signer-";

  private final AwaitedSender sender;
  private final String topic;
  private final MeterRegistry registry;

  public DeadLetters(AwaitedSender sender, Topics topics, MeterRegistry registry) {
    this.sender = sender;
    this.topic = topics.deadLetters();
    this.registry = registry;
    // All of them from the start: of a series that begins at 1, an alarm sees no increase.
    for (ErrorCode code : ErrorCode.values()) {
      counter(code);
    }
  }

  /// Returns when the broker has it.
  ///
  /// @param reason for an operator; quotes nothing of the record
  public void divert(ConsumerRecord<byte[], byte[]> record, ErrorCode code, String reason) {
    try {
      sender.send(letter(record, code, reason, !BoundedBytes.isTooLarge(record)));
    } catch (QueueUnavailableException e) {
      if (!(e.getCause() instanceof RecordTooLargeException)) {
        throw e;
      }
      // With our headers it no longer fits. The original stays where it is for its retention.
      sender.send(letter(record, code, "too large to keep; see its origin. " + reason, false));
    }
    counter(code).increment();
    log.warn(
        "record.diverted topic={} partition={} offset={} code={} reason=\"{}\"",
        record.topic(),
        record.partition(),
        record.offset(),
        code.code(),
        reason);
  }

  /// Says where records lie that nobody can read. Returns when the broker has a letter for each.
  ///
  /// @param next the first offset after them
  void note(TopicPartition partition, long first, long next, String reason) {
    for (long offset = first; offset < next; offset++) {
      note(partition, offset, reason);
    }
  }

  private void note(TopicPartition partition, long offset, String reason) {
    ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(topic, null, null, null);
    describe(letter, partition, offset, ErrorCode.MALFORMED_REQUEST, reason);
    sender.send(letter);
    counter(ErrorCode.MALFORMED_REQUEST).increment();
  }

  private Counter counter(ErrorCode code) {
    return Counter.builder("pq.signer.gateway.dead.letters")
        .description("Records that the gateway diverted")
        .tag("code", code.code())
        .register(registry);
  }

  private ProducerRecord<byte[], byte[]> letter(
      ConsumerRecord<byte[], byte[]> record, ErrorCode code, String reason, boolean whole) {
    byte @Nullable [] value = whole ? record.value() : null;
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(topic, null, whole ? record.key() : null, value);
    if (whole) {
      for (Header header : record.headers()) {
        if (!header.key().startsWith(OURS)) {
          letter.headers().add(header);
        }
      }
    }
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    describe(letter, partition, record.offset(), code, reason);
    EventHeaders.set(
        letter.headers(),
        EventHeaders.FIRST_SEEN,
        Instant.ofEpochMilli(record.timestamp()).toString());
    return letter;
  }

  private static void describe(
      ProducerRecord<byte[], byte[]> letter,
      TopicPartition partition,
      long offset,
      ErrorCode code,
      String reason) {
    DeadLetterHeaders.origin(letter.headers(), partition, offset);
    DeadLetterHeaders.cause(letter.headers(), code, reason, Build.version());
  }
}
