package pqsigner.gateway.ledger;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.keys.RegisteredKey;

/// What became of a request. Times are kept in milliseconds, as they are stored.
public sealed interface Outcome {

  /// When it happened, by the clock of whoever decided it.
  Instant at();

  RequestState state();

  record Signed(byte[] signature, Instant signedAt) implements Outcome {
    public Signed {
      signedAt = signedAt.truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public Instant at() {
      return signedAt;
    }

    @Override
    public RequestState state() {
      return RequestState.SIGNED;
    }
  }

  /// @param sealedKeySha256 what the birth attestation commits to besides what the caller knows;
  ///   null where that is a statement of v1, which binds no sealed record
  record Generated(
      byte[] publicKey,
      byte[] birthAttestation,
      byte @Nullable [] sealedKeySha256,
      Instant createdAt)
      implements Outcome {
    public Generated {
      createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
    }

    public static Generated of(RegisteredKey key) {
      return new Generated(
          key.publicKey(), key.birthAttestation(), key.statedSealedSha256(), key.createdAt());
    }

    @Override
    public Instant at() {
      return createdAt;
    }

    @Override
    public RequestState state() {
      return RequestState.GENERATED;
    }
  }

  record Refused(ErrorCode code, @Nullable String detail, Instant at) implements Outcome {
    public Refused {
      at = at.truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public RequestState state() {
      return RequestState.REFUSED;
    }
  }

  record Expired(Instant at) implements Outcome {
    public Expired {
      at = at.truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public RequestState state() {
      return RequestState.EXPIRED;
    }
  }

  /// Given up for now: kept, to be put back to work by its owner or an operator.
  ///
  /// @param attempts how often it was tried since it was accepted or put back to work
  record Failed(ErrorCode code, int attempts, Instant at) implements Outcome {
    public Failed {
      at = at.truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public RequestState state() {
      return RequestState.FAILED;
    }
  }
}
