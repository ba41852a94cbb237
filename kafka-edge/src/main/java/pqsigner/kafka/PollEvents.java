package pqsigner.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pqsigner.events.poll.ConsumerTrouble;
import pqsigner.events.poll.PollWatch;

/// What a service's consumers go through, for its log, its metrics and the dead letters.
public final class PollEvents implements PollWatch {
  private static final Logger log = LoggerFactory.getLogger(PollEvents.class);

  private final Notes notes;
  private final Counter skipped;

  /// Dead letters about records that cannot be read or passed on.
  @FunctionalInterface
  public interface Notes {

    /// Returns when the broker has one for each position.
    ///
    /// @param next the first offset that is not skipped
    void keep(TopicPartition partition, long first, long next, String reason);
  }

  /// Names of the metrics.
  public record Meters(String skipped, String failing, String failures) {}

  private PollEvents(Notes notes, Counter skipped) {
    this.notes = notes;
    this.skipped = skipped;
  }

  /// What guards all consumers of this process.
  public static ConsumerTrouble watching(Notes notes, Meters names, MeterRegistry meters) {
    Counter skipped =
        Counter.builder(names.skipped)
            .description("Records that could not be read or passed on; dead letters say where")
            .register(meters);
    ConsumerTrouble trouble = new ConsumerTrouble(new PollEvents(notes, skipped));
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
    notes.keep(partition, first, next, reason);
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
