package pqsigner.worker.health;

import org.springframework.kafka.listener.MessageListenerContainer;
import pqsigner.worker.enclave.EnclaveCircuit;

/// Pauses consumption while the circuit is open. A paused container keeps polling, so it keeps its
/// partitions and the group does not rebalance.
public final class ConsumptionGate {
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
    if (circuit.state() instanceof EnclaveCircuit.State.Open) {
      container.pause();
    } else {
      container.resume();
    }
  }
}
