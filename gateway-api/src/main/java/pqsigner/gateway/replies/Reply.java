package pqsigner.gateway.replies;

import java.time.Instant;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.RequestKey;

/// A reply as the worker means it, with everything that its kind needs.
public sealed interface Reply {

  RequestKey request();

  /// Of the request that it speaks about.
  byte[] digest();

  /// The worker's clock when it was done, but never later than when we read it.
  Instant at();

  /// What became of the request, other than a new key.
  record Decided(RequestKey request, byte[] digest, Outcome outcome) implements Reply {
    @Override
    public Instant at() {
      return outcome.at();
    }
  }

  /// A new key, to be registered once its birth is verified.
  record NewKey(
      RequestKey request,
      byte[] digest,
      byte[] publicKey,
      byte[] encryptedDataKey,
      byte[] wrappedSeed,
      byte[] birthAttestation,
      Instant at)
      implements Reply {}
}
