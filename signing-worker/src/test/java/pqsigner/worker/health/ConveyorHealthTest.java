package pqsigner.worker.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import pqsigner.worker.enclave.EnclaveCircuit;

class ConveyorHealthTest {

  /// A consumer that owns partitions, or not, without a broker.
  private static final class Consumer extends ConcurrentMessageListenerContainer<byte[], byte[]> {
    private final int partitions;
    private boolean polling = true;

    Consumer(int partitions) {
      super(
          new DefaultKafkaConsumerFactory<>(
              Map.of(
                  ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                  "127.0.0.1:1",
                  ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                  ByteArrayDeserializer.class,
                  ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                  ByteArrayDeserializer.class)),
          new ContainerProperties("jobs"));
      this.partitions = partitions;
    }

    @Override
    public List<TopicPartition> getAssignedPartitions() {
      return java.util.stream.IntStream.range(0, partitions)
          .mapToObj(i -> new TopicPartition("jobs", i))
          .toList();
    }

    @Override
    public boolean isRunning() {
      return polling;
    }
  }

  private final EnclaveCircuit circuit =
      new EnclaveCircuit(InstantSource.system(), Duration.ofMillis(1), Duration.ofMillis(1));
  private final Consumer jobs = new Consumer(3);
  private int failing;
  private final ConveyorHealth health = new ConveyorHealth(circuit, List.of(jobs), () -> failing);

  private Status status() {
    return Objects.requireNonNull(health.health()).getStatus();
  }

  @Test
  void itIsReadyWhenTheEnclaveServesAndPartitionsAreOwned() {
    circuit.enclaveServing();

    assertThat(status()).isEqualTo(Status.UP);
  }

  /// `ENCLAVE_NOT_READY` is what the session reports of an enclave that is booting: it has not
  /// locked its measurement and cannot prove itself yet.
  @ParameterizedTest
  @EnumSource(EnclaveCircuit.Cause.class)
  void itIsNotReadyWithoutAnAttestedEnclave(EnclaveCircuit.Cause cause) {
    circuit.enclaveServing();
    if (cause == EnclaveCircuit.Cause.KMS_UNAVAILABLE) {
      circuit.kmsUnavailable();
    } else {
      circuit.enclaveDown(cause);
    }

    Health told = Objects.requireNonNull(health.health());
    assertThat(told.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
    assertThat(told.getDetails()).containsEntry("circuit", "open: " + cause);
  }

  @Test
  void itIsNotReadyBeforeTheFirstWordOfTheEnclave() {
    assertThat(status()).isEqualTo(Status.OUT_OF_SERVICE);
  }

  @Test
  void itIsNotReadyWhenTheConsumerHasStopped() {
    circuit.enclaveServing();
    jobs.polling = false;

    assertThat(status()).isEqualTo(Status.OUT_OF_SERVICE);
  }

  @Test
  void itIsNotReadyWhileAConsumerFailsToPoll() {
    circuit.enclaveServing();
    failing = 1;
    assertThat(status()).isEqualTo(Status.OUT_OF_SERVICE);

    failing = 0;
    assertThat(status()).isEqualTo(Status.UP);
  }

  @Test
  void itIsNotReadyWhenOneOfItsTopicsHasNoPartition() {
    circuit.enclaveServing();

    assertThat(
            Objects.requireNonNull(
                    new ConveyorHealth(circuit, List.of(jobs, new Consumer(0)), () -> 0).health())
                .getStatus())
        .isEqualTo(Status.OUT_OF_SERVICE);
  }
}
