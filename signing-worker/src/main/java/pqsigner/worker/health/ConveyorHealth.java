package pqsigner.worker.health;

import java.util.Collection;
import org.apache.kafka.common.TopicPartition;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.kafka.listener.MessageListenerContainer;
import pqsigner.worker.enclave.EnclaveCircuit;

/// Ready when jobs would be signed: the circuit is closed, which needs an enclave that serves, and
/// the consumer owns partitions.
public final class ConveyorHealth implements HealthIndicator {
  private final EnclaveCircuit circuit;
  private final MessageListenerContainer jobs;

  public ConveyorHealth(EnclaveCircuit circuit, MessageListenerContainer jobs) {
    this.circuit = circuit;
    this.jobs = jobs;
  }

  @Override
  public Health health() {
    Collection<TopicPartition> assigned = jobs.getAssignedPartitions();
    int partitions = assigned == null ? 0 : assigned.size();
    EnclaveCircuit.State state = circuit.state();
    Health.Builder health =
        state instanceof EnclaveCircuit.State.Closed && partitions > 0 && jobs.isRunning()
            ? Health.up()
            : Health.outOfService();
    return health
        .withDetail("circuit", describe(state))
        .withDetail("partitions", partitions)
        .build();
  }

  private static String describe(EnclaveCircuit.State state) {
    return switch (state) {
      case EnclaveCircuit.State.Closed() -> "closed";
      case EnclaveCircuit.State.Open(var cause, var _, var _) -> "open: " + cause;
      case EnclaveCircuit.State.HalfOpen _ -> "half open";
    };
  }
}
