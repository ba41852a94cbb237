package pqsigner.enclave.nsm;

import org.jspecify.annotations.Nullable;

/// A request as the driver carries it.
sealed interface NsmRequest {
  record DescribeNsm() implements NsmRequest {}

  record GetRandom() implements NsmRequest {}

  record DescribePcr(int index) implements NsmRequest {}

  record ExtendPcr(int index, byte[] data) implements NsmRequest {}

  record LockPcr(int index) implements NsmRequest {}

  record Attestation(
      byte @Nullable [] userData, byte @Nullable [] nonce, byte @Nullable [] publicKey)
      implements NsmRequest {}
}
