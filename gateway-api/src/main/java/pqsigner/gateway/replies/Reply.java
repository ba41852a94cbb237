package pqsigner.gateway.replies;

import java.time.Instant;
import pqsigner.events.ErrorCode;

/// A reply as the worker means it, with everything there that its kind needs.
///
/// @param digest of the request it speaks about
/// @param at the worker's clock when it was done, but never later than when we read it
public record Reply(String custodian, String requestId, byte[] digest, Said said, Instant at) {

  /// What the worker says.
  public sealed interface Said {

    record Signed(byte[] signature) implements Said {}

    record Generated(
        byte[] publicKey, byte[] encryptedDataKey, byte[] wrappedSeed, byte[] birthAttestation)
        implements Said {}

    record Refused(ErrorCode code) implements Said {}

    record Expired() implements Said {}

    /// Dead-lettered.
    ///
    /// @param attempts how often it was tried
    record Failed(ErrorCode code, int attempts) implements Said {}
  }
}
