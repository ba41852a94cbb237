package pqsigner.protocol;

/// The life of an enclave. Which request is legal in which phase is the enclave's table.
public enum Phase implements WireCode {
  /// Reads its NSM, measures its configuration.
  BOOTING(1),
  /// PCR16 is locked; has no credentials that KMS takes, not yet or not any more.
  ATTESTED(2),
  /// Has credentials that KMS takes; generates and signs.
  SERVING(3),
  /// Finishes what it has and takes nothing new.
  DRAINING(4),
  /// A failed boot or a broken invariant; only a restart helps.
  DEAD(5);

  private final int wire;

  Phase(int wire) {
    this.wire = wire;
  }

  @Override
  public int wire() {
    return wire;
  }
}
