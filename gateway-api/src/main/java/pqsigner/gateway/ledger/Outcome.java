package pqsigner.gateway.ledger;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.keys.RegisteredKey;

/// What became of a request. Times are in milliseconds, as they are stored.
public sealed interface Outcome {

  /// When it happened, by the clock of whoever decided it.
  Instant at();

  /// Why there is no result; null if there is one.
  default @Nullable ErrorCode code() {
    return null;
  }

  default RequestState state() {
    return switch (this) {
      case Signed _ -> RequestState.SIGNED;
      case Generated _ -> RequestState.GENERATED;
      case Refused _ -> RequestState.REFUSED;
      case Expired _ -> RequestState.EXPIRED;
      case Failed _ -> RequestState.FAILED;
    };
  }

  record Signed(byte[] signature, Instant at) implements Outcome {
    public Signed {
      at = at.truncatedTo(ChronoUnit.MILLIS);
    }
  }

  /// @param sealedKeySha256 what the birth attestation commits to besides what the caller knows;
  ///   null where that is a statement of v1, which binds no sealed record
  record Generated(
      byte[] publicKey, byte[] birthAttestation, byte @Nullable [] sealedKeySha256, Instant at)
      implements Outcome {
    public Generated {
      at = at.truncatedTo(ChronoUnit.MILLIS);
    }

    public static Generated of(RegisteredKey key) {
      return new Generated(
          key.publicKey(), key.birthAttestation(), key.statedSealedSha256(), key.createdAt());
    }
  }

  record Refused(ErrorCode code, @Nullable String detail, Instant at) implements Outcome {
    public Refused {
      at = at.truncatedTo(ChronoUnit.MILLIS);
    }

    /// Of a new key whose place another was faster to take.
    public static Refused tooLate(RegisteredKey key) {
      return new Refused(
          key.version() == 1 ? ErrorCode.KEY_ALREADY_EXISTS : ErrorCode.KEY_ROTATION_CONFLICT,
          null,
          key.createdAt());
    }

    /// Of a signature that the state of its key forbids since it was accepted.
    public static Refused disabled(Instant at) {
      return new Refused(ErrorCode.KEY_DISABLED, "disabled before it was signed", at);
    }
  }

  record Expired(Instant at) implements Outcome {
    public Expired {
      at = at.truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public ErrorCode code() {
      return ErrorCode.DEADLINE_EXCEEDED;
    }
  }

  /// Given up for now: kept, to be put back to work by its owner or an operator.
  ///
  /// @param attempts how many times it was tried since it was accepted or put back to work
  record Failed(ErrorCode code, int attempts, Instant at) implements Outcome {
    public Failed {
      at = at.truncatedTo(ChronoUnit.MILLIS);
    }
  }
}
