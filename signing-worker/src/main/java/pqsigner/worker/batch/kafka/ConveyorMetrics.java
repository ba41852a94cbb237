package pqsigner.worker.batch.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import pqsigner.events.ErrorCode;
import pqsigner.protocol.Answer;
import pqsigner.worker.batch.Outcome;
import pqsigner.worker.exchange.Exchange;

/// What the conveyor counts. Each settled job counts once in `pq.signer.worker.outcomes`.
public final class ConveyorMetrics {
  private final MeterRegistry registry;
  private final Timer batch;
  private final Timer exchange;
  private final Counter stragglers;
  private final Counter copies;
  private final DistributionSummary records;

  /// @param deadline of a round, shown next to the time it took
  /// @param recordsMax of a round, shown next to how many it had
  public ConveyorMetrics(MeterRegistry registry, Duration deadline, int recordsMax) {
    this.registry = registry;
    this.batch =
        Timer.builder("pq.signer.worker.batch")
            .description("One round: decode, call the enclave, publish, await the broker")
            .register(registry);
    this.exchange =
        Timer.builder("pq.signer.worker.exchange")
            .description("The part of a round that waits for the enclave")
            .register(registry);
    this.stragglers =
        Counter.builder("pq.signer.worker.stragglers")
            .description("Jobs without an answer by the batch deadline")
            .register(registry);
    this.copies =
        Counter.builder("pq.signer.worker.copies")
            .description("Jobs that repeat another job of their batch")
            .register(registry);
    this.records =
        DistributionSummary.builder("pq.signer.worker.batch.records")
            .description("Jobs of one round")
            .register(registry);
    Gauge.builder("pq.signer.worker.batch.deadline", () -> deadline.toNanos() / 1e9)
        .description("Time that a round may wait for the enclave")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder("pq.signer.worker.batch.records.limit", () -> recordsMax)
        .description("Jobs that one round may have")
        .register(registry);
    // All of them from the start: of a series that begins at 1, an alarm sees no increase.
    for (ErrorCode code : ErrorCode.values()) {
      outcome("dead_letter", code.code(), "dead-letters");
    }
  }

  void round(long nanos, int jobs) {
    records.record(jobs);
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
          case Outcome.Completed _ -> outcome.label();
          case Outcome.Refused _ -> "refused";
          case Outcome.Expired _ -> "expired";
          case Outcome.RetryLater _ -> "retry";
          case Outcome.DeadLettered _ -> "dead_letter";
          case Outcome.DependencyDown _ -> "dependency_down";
        };
    outcome(kind, outcome.label(), destination).increment();
  }

  private Counter outcome(String kind, String code, String destination) {
    return Counter.builder("pq.signer.worker.outcomes")
        .description("Settled jobs by outcome, code and where the outcome was sent")
        .tag("outcome", kind)
        .tag("code", code)
        .tag("to", destination)
        .register(registry);
  }

  /// What the enclave said to each question, as it said it: `signed`, `generated` or the refusal,
  /// of which those that begin with `kms_` are KMS's.
  void answered(Collection<Answer.ToJob> answers) {
    for (Answer.ToJob answer : answers) {
      String said =
          switch (answer) {
            case Answer.Signed _ -> "signed";
            case Answer.KeyGenerated _ -> "generated";
            case Answer.Refused(var refusal) -> refusal.name().toLowerCase(Locale.ROOT);
          };
      Counter.builder("pq.signer.worker.enclave.answers")
          .description("Answers of the enclave: signed, generated, or why it refused")
          .tag("answer", said)
          .register(registry)
          .increment();
    }
  }
}
