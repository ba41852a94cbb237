package pqsigner.enclave.boot;

import java.util.Arrays;
import pqsigner.attestation.Pcr;
import pqsigner.enclave.boot.BootException.Reason;
import pqsigner.enclave.nsm.Nsm;
import pqsigner.enclave.nsm.NsmException;

/// Puts the configuration on record before it has any effect.
final class Measurement {
  private Measurement() {}

  /// @return PCR0
  static byte[] requireNoDebugMode(Nsm nsm) throws NsmException, BootException {
    byte[] image = nsm.describePcr(0).value();
    if (Pcr.isZero(image)) {
      throw new BootException(Reason.DEBUG_MODE, "PCR0 is zero");
    }
    return image;
  }

  /// Extends PCR16 and locks it. A process that comes up again in the same enclave finds its own
  /// configuration there, and nothing else will do.
  static void lock(EnclaveConfiguration configuration, Nsm nsm) throws NsmException, BootException {
    int index = EnclaveConfiguration.MEASUREMENT_PCR;
    byte[] expected = configuration.pcr16();
    Nsm.Register before = nsm.describePcr(index);
    if (!before.locked() && Pcr.isZero(before.value())) {
      var _ = nsm.extendPcr(index, configuration.measurement());
      nsm.lockPcr(index);
    } else if (!before.locked() || !Arrays.equals(before.value(), expected)) {
      throw new BootException(Reason.CONFIGURATION_REGISTER_TAKEN, "PCR" + index);
    }
    Nsm.Register after = nsm.describePcr(index);
    if (!after.locked() || !Arrays.equals(after.value(), expected)) {
      throw new BootException(Reason.MEASUREMENT_FAILED, "PCR" + index);
    }
  }
}
