package pqsigner.worker.batch.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.BatchConsumerAwareMessageListener;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import pqsigner.worker.batch.Outcome;
import pqsigner.worker.batch.RetryPolicy;
import pqsigner.worker.enclave.EnclaveCircuit;
import pqsigner.worker.exchange.Exchange;
import pqsigner.worker.kafka.DependencyDownException;
import pqsigner.worker.lanes.Diversion;

/// The batch listener. It returns when every record of the batch is settled, which lets the
/// container commit; it throws when something that all jobs need is missing, and is then given the
/// same batch again. What was settled before it threw is committed as far as there is no gap: the
/// batch may never come back, because the worker stops or loses the partition while it waits.
/// Between batches it holds nothing but suspicions.
///
/// Records go together, except that one goes alone while the circuit is half open, and that all go
/// one by one after the worker or the enclave went down with a batch in flight ([InFlightMarkers]).
public final class JobListener
    implements BatchConsumerAwareMessageListener<byte[], byte[]>, ConsumerAwareRebalanceListener {

  /// @param batch barrier of a batch: what is unanswered then is a straggler
  /// @param trial barrier of the one job that goes through a half-open circuit; longer, because all
  ///   others wait anyway and the enclave's own time-outs should come first
  /// @param caution how long a consumer thread waits while another one tries a record alone
  /// @param commit for reading and committing offsets
  public record Patience(Duration batch, Duration trial, Duration caution, Duration commit) {}

  private final BatchRound round;
  private final EnclaveCircuit circuit;
  private final Runnable recheckEnclave;
  private final Patience patience;
  private final InFlightMarkers markers;

  /// Held while a record is tried alone, so that it is the only one in flight in this process.
  private final ReentrantLock caution = new ReentrantLock(true);

  /// @param recheckEnclave called when the enclave answers that it cannot work at all
  public JobListener(
      BatchRound round, EnclaveCircuit circuit, Runnable recheckEnclave, Patience patience) {
    this.round = round;
    this.circuit = circuit;
    this.recheckEnclave = recheckEnclave;
    this.patience = patience;
    this.markers = new InFlightMarkers(patience.commit);
  }

  @Override
  public void onMessage(
      List<ConsumerRecord<byte[], byte[]>> messages, @Nullable Consumer<?, ?> given) {
    Consumer<?, ?> consumer = Objects.requireNonNull(given);
    List<ConsumerRecord<byte[], byte[]>> left = markers.left(messages);
    int open = left.size();
    try {
      while (!left.isEmpty()) {
        step(left, consumer);
        left = markers.left(left);
      }
    } catch (RuntimeException e) {
      if (markers.left(left).size() < open) {
        markers.commitSettled(messages, consumer);
      }
      throw e;
    }
    markers.done(messages);
  }

  private void step(List<ConsumerRecord<byte[], byte[]>> left, Consumer<?, ?> consumer) {
    EnclaveCircuit.Admission admission = circuit.admit();
    if (admission == EnclaveCircuit.Admission.WAIT) {
      throw new DependencyDownException("circuit is open", false);
    }
    boolean trial = admission == EnclaveCircuit.Admission.TRIAL;
    try {
      if (markers.begin(left, consumer)) {
        alone(left.getFirst(), trial, consumer);
      } else {
        together(trial ? left.subList(0, 1) : left, trial, consumer);
      }
    } finally {
      if (trial) {
        circuit.trialUnused();
      }
    }
  }

  private void together(
      List<ConsumerRecord<byte[], byte[]>> messages, boolean trial, Consumer<?, ?> consumer) {
    try {
      run(messages, trial);
    } catch (RuntimeException e) {
      if (mayBeTheRecordsFault(e)) {
        markers.suspect(messages, consumer);
      }
      throw e;
    }
  }

  private void alone(
      ConsumerRecord<byte[], byte[]> message, boolean trial, Consumer<?, ?> consumer) {
    lockCaution();
    try {
      int crashes = markers.startAlone(message, consumer);
      try {
        if (!giveUpIfBlamed(message, crashes)) {
          run(List.of(message), trial);
        }
      } catch (RuntimeException e) {
        if (!mayBeTheRecordsFault(e)) {
          markers.takeBack(message);
        }
        throw e;
      }
    } finally {
      caution.unlock();
    }
  }

  /// Giving up decodes the record once more to tell its requester. One that crashes even then is
  /// given up without.
  private boolean giveUpIfBlamed(ConsumerRecord<byte[], byte[]> message, int crashes) {
    int attempts = Diversion.attemptsBefore(message.headers());
    if (!RetryPolicy.blames(attempts, crashes)) {
      return false;
    }
    round.giveUp(message, crashes, !RetryPolicy.blames(attempts, crashes - 1));
    markers.settled(message);
    return true;
  }

  private void lockCaution() {
    try {
      if (!caution.tryLock(patience.caution.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new DependencyDownException("another record is being tried alone", false);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DependencyDownException("interrupted", e);
    }
  }

  private void run(List<ConsumerRecord<byte[], byte[]>> messages, boolean trial) {
    BatchRound.Result result = round.run(messages, trial ? patience.trial : patience.batch);
    result.settled().forEach(markers::settled);
    if (result.down().isPresent()) {
      Outcome.Dependency dependency = result.down().get().dependency();
      report(dependency);
      throw new DependencyDownException(dependency.name(), result.ending() == Exchange.Ending.LOST);
    }
    if (trial && result.enclaveAsked()) {
      if (result.ending() == Exchange.Ending.COMPLETE) {
        circuit.trialPassed();
      } else {
        circuit.trialFailed();
      }
    }
  }

  private void report(Outcome.Dependency dependency) {
    switch (dependency) {
      case KMS -> circuit.kmsUnavailable();
      case ENCLAVE -> circuit.enclaveDown(EnclaveCircuit.Cause.ENCLAVE_UNREACHABLE);
      case ENCLAVE_NOT_READY -> downUntilItServes(EnclaveCircuit.Cause.ENCLAVE_NOT_READY);
      case KMS_PERMISSION -> downUntilItServes(EnclaveCircuit.Cause.KMS_DENIED);
      case CREDENTIALS -> downUntilItServes(EnclaveCircuit.Cause.CREDENTIALS_REFUSED);
    }
  }

  private void downUntilItServes(EnclaveCircuit.Cause cause) {
    circuit.enclaveDown(cause);
    recheckEnclave.run();
  }

  /// Kafka's own failures are the broker's, but for a record that it will never take. Anything else
  /// that was not foreseen may come from a record, and must not stop its partition for ever.
  private static boolean mayBeTheRecordsFault(RuntimeException e) {
    return switch (e) {
      case DependencyDownException down -> down.jobsInFlight();
      case RecordTooLargeException _, SerializationException _ -> true;
      case KafkaException _, org.springframework.kafka.KafkaException _ -> false;
      default -> true;
    };
  }

  @Override
  public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    markers.assigned(partitions);
  }

  @Override
  public void onPartitionsRevokedAfterCommit(
      Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    markers.revoked(partitions);
  }

  @Override
  public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    markers.revoked(partitions);
  }
}
