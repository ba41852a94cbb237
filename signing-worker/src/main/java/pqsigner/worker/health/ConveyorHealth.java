package pqsigner.worker.health;

import java.util.Collection;
import java.util.List;
import java.util.function.IntSupplier;
import org.apache.kafka.common.TopicPartition;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.kafka.listener.MessageListenerContainer;
import pqsigner.worker.enclave.EnclaveCircuit;

/// Ready when jobs would be signed: the circuit is closed, which needs an enclave that serves, each
/// consumer owns partitions, and none fails to poll.
public final class ConveyorHealth implements HealthIndicator {
  private final EnclaveCircuit circuit;
  private final List<? extends MessageListenerContainer> jobs;
  private final IntSupplier failing;

  /// @param failing how many consumers fail to poll
  public ConveyorHealth(
      EnclaveCircuit circuit, List<? extends MessageListenerContainer> jobs, IntSupplier failing) {
    this.circuit = circuit;
    this.jobs = List.copyOf(jobs);
    this.failing = failing;
  }

  @Override
  public Health health() {
    List<Integer> partitions = jobs.stream().map(ConveyorHealth::partitions).toList();
    EnclaveCircuit.State state = circuit.state();
    Health.Builder health =
        state instanceof EnclaveCircuit.State.Closed
                && !partitions.contains(0)
                && failing.getAsInt() == 0
            ? Health.up()
            : Health.outOfService();
    return health
        .withDetail("circuit", describe(state))
        .withDetail("partitions", partitions)
        .build();
  }

  /// A stopped container owns none.
  private static int partitions(MessageListenerContainer container) {
    Collection<TopicPartition> assigned = container.getAssignedPartitions();
    return assigned == null || !container.isRunning() ? 0 : assigned.size();
  }

  private static String describe(EnclaveCircuit.State state) {
    return switch (state) {
      case EnclaveCircuit.State.Closed() -> "closed";
      case EnclaveCircuit.State.Open(var cause, var _, var _) -> "open: " + cause;
      case EnclaveCircuit.State.HalfOpen _ -> "half open";
    };
  }
}
