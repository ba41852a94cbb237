package pqsigner.worker.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pqsigner.events.poll.ConsumerTrouble;
import pqsigner.events.poll.PollWatch;

/// What the consumers of the worker or the delay line go through, for its log, its metrics and the
/// dead letters.
public final class PollEvents implements PollWatch {
  private static final Logger log = LoggerFactory.getLogger(PollEvents.class);

  private final Letter letter;
  private final Supplier<KafkaSends> sends;
  private final Counter skipped;

  /// The dead letter about a record that cannot be read.
  @FunctionalInterface
  public interface Letter {
    ProducerRecord<byte[], byte[]> about(TopicPartition partition, long offset, String reason);
  }

  private PollEvents(Letter letter, Supplier<KafkaSends> sends, Counter skipped) {
    this.letter = letter;
    this.sends = sends;
    this.skipped = skipped;
  }

  /// Names of the metrics.
  public record Meters(String skipped, String failing, String failures) {}

  /// What guards all consumers of this process.
  public static ConsumerTrouble watching(
      Letter letter, Supplier<KafkaSends> sends, Meters names, MeterRegistry meters) {
    Counter skipped =
        Counter.builder(names.skipped)
            .description("Records that could not be passed on; their places are dead letters")
            .register(meters);
    ConsumerTrouble trouble = new ConsumerTrouble(new PollEvents(letter, sends, skipped));
    Gauge.builder(names.failing, trouble, ConsumerTrouble::size)
        .description(
            "Consumers whose last poll failed, for example because a stranger joined their group")
        .register(meters);
    FunctionCounter.builder(names.failures, trouble, ConsumerTrouble::total)
        .description("Polls that failed and were tried again")
        .register(meters);
    return trouble;
  }

  @Override
  public void skipped(TopicPartition partition, long first, long next, String reason) {
    KafkaSends letters = sends.get();
    for (long offset = first; offset < next; offset++) {
      letters.send(letter.about(partition, offset, reason));
    }
    letters.await();
    skipped.increment((double) next - first);
    log.error(
        "records.skipped topic={} partition={} first={} next={} reason=\"{}\"",
        partition.topic(),
        partition.partition(),
        first,
        next,
        reason);
  }

  @Override
  public void failing(String consumer, int polls, Throwable cause) {
    log.warn(
        "consumer.failing consumer={} polls={} cause=\"{}\"", consumer, polls, cause.toString());
  }

  @Override
  public void recovered(String consumer, int polls) {
    log.info("consumer.recovered consumer={} polls={}", consumer, polls);
  }

  @Override
  public void brokerUnreachable() {
    log.warn("broker.unreachable");
  }

  @Override
  public void brokerBack() {
    log.info("broker.back");
  }
}
