package pqsigner.benchmarks.hops;

/// What a load showed, or several equal loads together.
///
/// @param latencySeconds of all signatures together, as their callers saw it
/// @param wallSeconds from the first request to the last answer
/// @param gateway what its counters grew by
/// @param worker likewise
/// @param enclave likewise, as the worker shows them
record Measured(
    int signatures,
    double latencySeconds,
    double wallSeconds,
    Exposition gateway,
    Exposition worker,
    Exposition enclave) {

  static final Measured NOTHING =
      new Measured(0, 0, 0, Exposition.NOTHING, Exposition.NOTHING, Exposition.NOTHING);

  Measured plus(Measured other) {
    return new Measured(
        signatures + other.signatures,
        latencySeconds + other.latencySeconds,
        wallSeconds + other.wallSeconds,
        gateway.plus(other.gateway),
        worker.plus(other.worker),
        enclave.plus(other.enclave));
  }

  double endToEnd() {
    return latencySeconds / signatures;
  }

  double perSecond() {
    return signatures / wallSeconds;
  }
}
