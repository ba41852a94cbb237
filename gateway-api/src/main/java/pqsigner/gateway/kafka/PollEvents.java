package pqsigner.gateway.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pqsigner.events.poll.PollWatch;

/// What the gateway's consumers go through, for its log, its metrics and the dead letters.
final class PollEvents implements PollWatch {

  private static final Logger log = LoggerFactory.getLogger(PollEvents.class);

  private final DeadLetters deadLetters;
  private final Counter skipped;

  PollEvents(DeadLetters deadLetters, MeterRegistry registry) {
    this.deadLetters = deadLetters;
    this.skipped =
        Counter.builder("pq.signer.gateway.records.skipped")
            .description("Records that could not be read at all; their positions are dead letters")
            .register(registry);
  }

  @Override
  public void skipped(TopicPartition partition, long first, long next, String reason) {
    for (long offset = first; offset < next; offset++) {
      deadLetters.note(partition, offset, reason);
    }
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
