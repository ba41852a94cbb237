package pqsigner.worker.batch.kafka;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import pqsigner.events.avro.SigningJob;
import pqsigner.worker.batch.Arrival;
import pqsigner.worker.batch.Outcome;
import pqsigner.worker.batch.RetryPolicy;
import pqsigner.worker.batch.SigningBatch;
import pqsigner.worker.batch.kafka.OutcomePublisher.Settlement;
import pqsigner.worker.enclave.EnclaveClient;
import pqsigner.worker.exchange.BatchDeadline;
import pqsigner.worker.exchange.Exchange;

/// One round with some records: decode, plan, one exchange with the enclave, publish.
public final class BatchRound {
  private final JobDecoder decoder;
  private final EnclaveClient enclave;
  private final OutcomePublisher publisher;
  private final InstantSource clock;
  private final ConveyorMetrics metrics;

  public BatchRound(
      Deserializer<?> deserializer,
      EnclaveClient enclave,
      OutcomePublisher publisher,
      InstantSource clock,
      ConveyorMetrics metrics) {
    this.decoder = new JobDecoder(deserializer, enclave::nextId);
    this.enclave = enclave;
    this.publisher = publisher;
    this.clock = clock;
    this.metrics = metrics;
  }

  /// @param settled records whose outcome is published and acknowledged
  /// @param enclaveAsked whether there was anything to ask
  /// @param down what the others wait for, if there are others
  record Result(
      List<ConsumerRecord<byte[], byte[]>> settled,
      boolean enclaveAsked,
      Exchange.Ending ending,
      Optional<Outcome.DependencyDown> down) {}

  Result run(List<ConsumerRecord<byte[], byte[]>> messages, Duration allowed) {
    long start = System.nanoTime();
    List<Arrival> arrivals = messages.stream().map(decoder::decode).toList();
    SigningBatch batch = SigningBatch.plan(arrivals, clock.instant());
    Exchange exchange = ask(batch, allowed);
    List<Outcome> outcomes = batch.outcomes(exchange);
    Result result = publish(messages, arrivals, batch, outcomes, exchange.ending());
    metrics.round(System.nanoTime() - start, messages.size());
    return result;
  }

  /// The deadline begins here: what decoding costs, a first call to the registry above all, is not
  /// the enclave's delay.
  private Exchange ask(SigningBatch batch, Duration allowed) {
    if (batch.frames().isEmpty()) {
      return Exchange.nothingAsked();
    }
    long start = System.nanoTime();
    Exchange exchange = enclave.exchange(batch.frames(), BatchDeadline.in(allowed));
    metrics.exchange(
        exchange.ending(), System.nanoTime() - start, batch.asked() - exchange.answers().size());
    metrics.answered(exchange.answers().values());
    return exchange;
  }

  private Result publish(
      List<ConsumerRecord<byte[], byte[]>> messages,
      List<Arrival> arrivals,
      SigningBatch batch,
      List<Outcome> outcomes,
      Exchange.Ending ending) {
    List<Settlement> originals = new ArrayList<>();
    List<Settlement> copies = new ArrayList<>();
    List<ConsumerRecord<byte[], byte[]>> settled = new ArrayList<>();
    Optional<Outcome.DependencyDown> down = Optional.empty();
    for (int slot = 0; slot < messages.size(); slot++) {
      if (outcomes.get(slot) instanceof Outcome.DependencyDown waits) {
        down = Optional.of(waits);
        continue;
      }
      settled.add(messages.get(slot));
      Settlement settlement =
          new Settlement(messages.get(slot), arrivals.get(slot), outcomes.get(slot), 0);
      Integer original = batch.copyOf().get(slot);
      if (original == null) {
        originals.add(settlement);
      } else if (replyPartition(arrivals.get(slot)) != replyPartition(arrivals.get(original))) {
        copies.add(settlement);
      }
    }
    publisher.publish(originals, copies);
    return new Result(settled, !batch.frames().isEmpty(), ending, down);
  }

  private static int replyPartition(Arrival arrival) {
    return arrival.signingJob().map(SigningJob::getReplyPartition).orElse(-1);
  }

  /// Gives up on a record that is not tried any more.
  ///
  /// @param decode whether to find out whose request it is, and tell them that it failed
  void giveUp(ConsumerRecord<byte[], byte[]> message, int crashes, boolean decode) {
    Arrival arrival =
        decode
            ? decoder.decode(message)
            : new Arrival.Undecodable("kills the worker when it is decoded");
    publisher.publish(
        List.of(new Settlement(message, arrival, RetryPolicy.crashed(crashes), crashes)),
        List.of());
  }
}
