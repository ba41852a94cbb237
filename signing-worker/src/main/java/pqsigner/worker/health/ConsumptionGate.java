package pqsigner.worker.health;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.MessageListenerContainer;
import pqsigner.worker.enclave.EnclaveCircuit;

/// Pauses consumption while the circuit is open. A paused container keeps polling, so it keeps its
/// partitions and the group does not rebalance.
public final class ConsumptionGate {
  private static final Logger log = LoggerFactory.getLogger(ConsumptionGate.class);

  private final EnclaveCircuit circuit;
  private final MessageListenerContainer container;

  public ConsumptionGate(EnclaveCircuit circuit, MessageListenerContainer container) {
    this.circuit = circuit;
    this.container = container;
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
      log.warn("consumption_paused cause={} failed_trials={}", cause, Math.max(0, failures - 1));
      container.pause();
    } else {
      log.info(
          "consumption_resumed circuit={}",
          state instanceof EnclaveCircuit.State.Closed ? "closed" : "half_open");
      container.resume();
    }
  }
}
