package pqsigner.worker.health;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.MessageListenerContainer;
import pqsigner.worker.enclave.EnclaveCircuit;

/// Pauses consumption of jobs while the circuit is open. A paused container keeps polling, so it
/// keeps its partitions and the group does not rebalance.
public final class ConsumptionGate {
  private static final Logger log = LoggerFactory.getLogger(ConsumptionGate.class);

  private final EnclaveCircuit circuit;
  private final List<? extends MessageListenerContainer> containers;

  public ConsumptionGate(
      EnclaveCircuit circuit, List<? extends MessageListenerContainer> containers) {
    this.circuit = circuit;
    this.containers = List.copyOf(containers);
  }

  /// Follows the circuit from now on.
  public void install() {
    circuit.onChange(this::apply);
    apply();
  }

  /// Reads the state under the lock: of two changes at once, the one that comes last here sees the
  /// latest state.
  private synchronized void apply() {
    EnclaveCircuit.State state = circuit.state();
    if (state instanceof EnclaveCircuit.State.Open(var cause, var failures, var _)) {
      log.warn("consumption.paused cause={} failed_trials={}", cause, Math.max(0, failures - 1));
      containers.forEach(MessageListenerContainer::pause);
    } else {
      log.info(
          "consumption.resumed circuit={}",
          state instanceof EnclaveCircuit.State.Closed ? "closed" : "half_open");
      containers.forEach(MessageListenerContainer::resume);
    }
  }
}
