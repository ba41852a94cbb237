package pqsigner.enclave.nsm;

import java.security.DrbgParameters;
import java.security.DrbgParameters.Capability;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;

/// Randomness out of two sources, so that neither alone decides: the kernel's pool and the NSM.
public final class NsmEntropy {
  private NsmEntropy() {}

  /// A DRBG (NIST SP 800-90A, 256 bits) seeded by the kernel and personalised by the NSM.
  ///
  /// The NSM's bytes are also given to the kernel's pool, which is where BoringSSL and the JDK's
  /// TLS take theirs from. Writing there needs no privilege and cannot make the pool worse.
  public static SecureRandom drbg(Nsm nsm) throws NsmException {
    byte[] personalization = nsm.random();
    byte[] forKernel = nsm.random();
    try {
      SecureRandom.getInstance("NativePRNGNonBlocking").setSeed(forKernel);
      SecureRandom drbg =
          SecureRandom.getInstance(
              "DRBG", DrbgParameters.instantiation(256, Capability.RESEED_ONLY, personalization));
      drbg.nextBytes(new byte[1]);
      return drbg;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK on Linux has these generators", e);
    } finally {
      Arrays.fill(personalization, (byte) 0);
      Arrays.fill(forKernel, (byte) 0);
    }
  }
}
