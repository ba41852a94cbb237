package pqsigner.enclave.boot;

import java.io.IOException;

/// The enclave must not start. Only a new start, of something else, helps.
public final class BootException extends IOException {

  public enum Reason {
    /// PCR0 is zero: the parent can read the enclave's console, and no attestation means anything.
    DEBUG_MODE,
    /// PCR16 already holds another configuration.
    CONFIGURATION_REGISTER_TAKEN,
    /// The NSM did not do what it said.
    MEASUREMENT_FAILED,
    /// An engine did not pass its self test.
    ENGINE_FAILED,
    /// The kernel's random numbers do not come from the NSM.
    ENTROPY_SOURCE,
    /// What is given back to the C library keeps its content.
    FREED_MEMORY,
    /// The JVM was started with something that is not in the image.
    UNMEASURED_INPUT
  }

  private final Reason reason;

  BootException(Reason reason, String detail) {
    super(reason + ": " + detail);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
