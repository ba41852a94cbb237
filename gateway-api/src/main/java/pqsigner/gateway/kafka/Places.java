package pqsigner.gateway.kafka;

import java.util.function.IntSupplier;

/// So many records may be worked on at once; how many is asked anew for each. Whoever shares this
/// shares the bound.
public final class Places {

  private final IntSupplier atOnce;
  private int taken;

  /// @param atOnce at least 1
  public Places(IntSupplier atOnce) {
    this.atOnce = atOnce;
  }

  /// How many may be taken now.
  int max() {
    return atOnce.getAsInt();
  }

  /// Waits for one. Whoever has one gives it back, so this ends.
  synchronized void take() {
    boolean interrupted = false;
    while (taken >= atOnce.getAsInt()) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    taken++;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized void giveBack() {
    taken--;
    notifyAll();
  }
}
