package pqsigner.worker.batch.kafka;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import pqsigner.events.avro.SigningJob;
import pqsigner.worker.batch.Arrival;
import pqsigner.worker.batch.Outcome;
import pqsigner.worker.batch.RetryPolicy;
import pqsigner.worker.kafka.DependencyDownException;
import pqsigner.worker.kafka.KafkaSends;
import pqsigner.worker.lanes.DeadLetters;
import pqsigner.worker.lanes.Diversion;
import pqsigner.worker.lanes.RetryLane;
import pqsigner.worker.lanes.RetryLanes;

/// Sends what became of a batch to where it belongs: replies, lanes, dead letters. A job that is
/// given up is both kept whole and reported, so that its requester learns that it failed.
public final class OutcomePublisher {
  static final String DEAD_LETTERS = "dead-letters";

  /// The three kinds of records that are published.
  public record Destinations(Replies replies, RetryLanes lanes, DeadLetters deadLetters) {}

  private final Destinations to;
  private final Supplier<KafkaSends> sends;
  private final InstantSource clock;
  private final ConveyorMetrics metrics;

  public OutcomePublisher(
      Destinations to, Supplier<KafkaSends> sends, InstantSource clock, ConveyorMetrics metrics) {
    this.to = to;
    this.sends = sends;
    this.clock = clock;
    this.metrics = metrics;
  }

  /// One record of the batch with its outcome.
  ///
  /// @param crashes tries that ended in a crash, for a job that is given up for that
  record Settlement(
      ConsumerRecord<byte[], byte[]> message, Arrival arrival, Outcome outcome, int crashes) {
    Optional<SigningJob> job() {
      return arrival.signingJob();
    }
  }

  /// Returns when the broker has acknowledged everything.
  ///
  /// @param originals outcomes to publish in full
  /// @param copies repeated requests, which only need a reply where their own asker listens
  /// @throws DependencyDownException when that did not succeed; then all of it is to be repeated
  void publish(List<Settlement> originals, List<Settlement> copies) {
    KafkaSends batch = sends.get();
    List<Sent> sent = originals.stream().map(settlement -> send(settlement, batch)).toList();
    copies.forEach(settlement -> sendCopy(settlement, batch));
    batch.await();
    for (int i = 0; i < originals.size(); i++) {
      metrics.settled(originals.get(i).outcome, sent.get(i).destination());
      RequestLog.settled(originals.get(i), sent.get(i));
    }
    copies.forEach(_ -> metrics.copy());
  }

  /// @param destination by a name for metrics
  /// @param diversion if it left the straight path
  record Sent(String destination, @Nullable Diversion diversion) {}

  private Sent send(Settlement settlement, KafkaSends batch) {
    return switch (settlement.outcome) {
      case Outcome.Completed _, Outcome.Refused _, Outcome.Expired _ -> reply(settlement, batch);
      case Outcome.RetryLater(var code, var reason) -> {
        Diversion diversion = Diversion.of(settlement.message, 0, code, reason, clock.instant());
        yield switch (RetryPolicy.after(diversion.attempts())) {
          case FIRST_LANE -> lane(settlement, to.lanes.first(), diversion, batch);
          case SECOND_LANE -> lane(settlement, to.lanes.second(), diversion, batch);
          case DEAD_LETTER -> giveUp(settlement, diversion, batch);
        };
      }
      case Outcome.DeadLettered(var code, var reason) ->
          giveUp(
              settlement,
              Diversion.of(settlement.message, settlement.crashes, code, reason, clock.instant()),
              batch);
      case Outcome.DependencyDown _ ->
          throw new IllegalArgumentException("a job that waits for a dependency cannot be settled");
    };
  }

  private void sendCopy(Settlement copy, KafkaSends batch) {
    switch (copy.outcome) {
      case Outcome.Completed _, Outcome.Refused _, Outcome.Expired _ -> reply(copy, batch);
      case Outcome.RetryLater _, Outcome.DeadLettered _, Outcome.DependencyDown _ -> {}
    }
  }

  private Sent reply(Settlement settlement, KafkaSends batch) {
    settlement
        .job()
        .map(job -> to.replies.reply(job, settlement.outcome, settlement.message))
        .ifPresent(batch::send);
    return new Sent("replies", null);
  }

  private Sent lane(Settlement settlement, RetryLane lane, Diversion diversion, KafkaSends batch) {
    batch.send(to.lanes.record(lane, settlement.message, diversion));
    return new Sent(lane.name(), diversion);
  }

  private Sent giveUp(Settlement settlement, Diversion diversion, KafkaSends batch) {
    batch.send(to.deadLetters.record(settlement.message, diversion));
    settlement
        .job()
        .map(job -> to.replies.givenUp(job, diversion, settlement.message))
        .ifPresent(batch::send);
    return new Sent(DEAD_LETTERS, diversion);
  }
}
