package pqsigner.worker.batch.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import pqsigner.worker.batch.Exchange;
import pqsigner.worker.batch.Outcome;

/// What the conveyor counts. Each settled job counts once in `pq_signer.worker.outcomes`.
public final class ConveyorMetrics {
  private final MeterRegistry registry;
  private final Timer batch;
  private final Timer exchange;
  private final Counter stragglers;
  private final Counter copies;

  /// @param deadline of a batch, shown next to its time
  public ConveyorMetrics(MeterRegistry registry, Duration deadline) {
    this.registry = registry;
    this.batch =
        Timer.builder("pq_signer.worker.batch")
            .description("One round: decode, ask the enclave, publish, await the broker")
            .publishPercentileHistogram()
            .register(registry);
    this.exchange =
        Timer.builder("pq_signer.worker.exchange")
            .description("The part of a round that waits for the enclave")
            .publishPercentileHistogram()
            .register(registry);
    this.stragglers =
        Counter.builder("pq_signer.worker.stragglers")
            .description("Jobs without an answer by the batch deadline")
            .register(registry);
    this.copies =
        Counter.builder("pq_signer.worker.copies")
            .description("Jobs that repeat another job of their batch")
            .register(registry);
    registry.gauge("pq_signer.worker.batch.deadline.seconds", deadline.toNanos() / 1e9);
  }

  void round(long nanos) {
    batch.record(Duration.ofNanos(nanos));
  }

  void exchange(Exchange.Ending ending, long nanos, int unanswered) {
    exchange.record(Duration.ofNanos(nanos));
    if (ending == Exchange.Ending.DEADLINE) {
      stragglers.increment(unanswered);
    }
  }

  void copy() {
    copies.increment();
  }

  /// @param destination `replies`, a lane's name or `dead-letters`
  void settled(Outcome outcome, String destination) {
    String kind =
        switch (outcome) {
          case Outcome.Signed _ -> "signed";
          case Outcome.Generated _ -> "generated";
          case Outcome.Refused _ -> "refused";
          case Outcome.Expired _ -> "expired";
          case Outcome.RetryLater _ -> "retry";
          case Outcome.DeadLettered _ -> "dead_letter";
          case Outcome.DependencyDown _ -> "dependency_down";
        };
    registry
        .counter(
            "pq_signer.worker.outcomes",
            List.of(
                Tag.of("outcome", kind),
                Tag.of("code", outcome.label()),
                Tag.of("to", destination)))
        .increment();
  }
}
