package pqsigner.enclave.server;

import java.util.function.BooleanSupplier;
import pqsigner.protocol.Answer;
import pqsigner.protocol.EnclaveStats;
import pqsigner.protocol.Phase;

/// Where the enclave is in its life. It only moves forward, but for one thing: without valid
/// credentials it is ATTESTED again, since that is what it can do.
public final class Lifecycle {
  private final BooleanSupplier hasCredentials;
  private Phase reached = Phase.BOOTING;
  private String moduleId = "";
  private byte[] pcr0 = new byte[0];

  public Lifecycle(BooleanSupplier hasCredentials) {
    this.hasCredentials = hasCredentials;
  }

  public synchronized Phase phase() {
    return reached == Phase.ATTESTED && hasCredentials.getAsBoolean() ? Phase.SERVING : reached;
  }

  /// Its NSM has told what it is.
  public synchronized void measured(String module, byte[] image) {
    moduleId = module;
    pcr0 = image.clone();
  }

  /// Its configuration is locked into PCR16 and its engines passed their tests.
  public void attested() {
    moveTo(Phase.ATTESTED);
  }

  public void draining() {
    moveTo(Phase.DRAINING);
  }

  /// It must not be trusted with anything more.
  public void dead() {
    moveTo(Phase.DEAD);
  }

  private synchronized void moveTo(Phase next) {
    if (next.compareTo(reached) > 0) {
      reached = next;
    }
  }

  synchronized Answer.Status status(EnclaveStats stats) {
    return new Answer.Status(phase(), moduleId, pcr0.clone(), stats);
  }
}
