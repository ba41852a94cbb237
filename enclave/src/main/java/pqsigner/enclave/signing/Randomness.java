package pqsigner.enclave.signing;

import java.security.SecureRandom;

/// Where a signature's `rnd` comes from. Always said, never a default: in Bouncy Castle a missing
/// source means deterministic signing without any sign of it.
public sealed interface Randomness {

  /// FIPS 204's hedged variant, the product's default: it also protects against fault attacks.
  record Hedged(SecureRandom source) implements Randomness {
    @Override
    public String toString() {
      return "Hedged";
    }
  }

  /// All zero, for known answers, and where a measured configuration demands it.
  record Deterministic() implements Randomness {}
}
