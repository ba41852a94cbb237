package pqsigner.gateway.admission.http;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.keys.PublicKeySpki;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestState;

/// Bodies of the answers that are not problems; component names are the contract's field names.
sealed interface AnswerBody {

  record Signature(
      String requestId,
      String userId,
      String alg,
      int keyVersion,
      byte[] signature,
      Instant signedAt)
      implements AnswerBody {}

  /// @param sealedKeySha256 to verify the birth attestation with; null for one of v1
  record GeneratedKey(
      String requestId,
      String userId,
      String alg,
      int keyVersion,
      byte[] publicKey,
      byte[] publicKeySpki,
      byte[] birthAttestation,
      byte @Nullable [] sealedKeySha256,
      Instant createdAt)
      implements AnswerBody {}

  record Pending(String requestId, RequestState state) implements AnswerBody {}

  /// @param result what the 200 of the request was or would have been
  /// @param code why there is no result
  /// @param retry what helps then
  record Recorded(
      String requestId,
      @Nullable String requestType,
      RequestState state,
      Instant acceptedAt,
      @Nullable Instant deadline,
      @Nullable AnswerBody result,
      @Nullable String code,
      @Nullable String detail,
      @Nullable String retry)
      implements AnswerBody {}

  /// The 200 of a request that has a result.
  static Optional<AnswerBody> result(LedgerEntry entry) {
    Request request = entry.request();
    return switch (entry.outcome()) {
      case Outcome.Signed(byte[] signature, Instant at) ->
          Optional.of(
              new Signature(
                  request.requestId(),
                  Objects.requireNonNull(request.userId()),
                  Objects.requireNonNull(request.algorithm()).label(),
                  request.keyVersion(),
                  signature,
                  at));
      case Outcome.Generated(
              byte[] publicKey,
              byte[] birthAttestation,
              byte[] sealedKeySha256,
              Instant at) ->
          Optional.of(
              new GeneratedKey(
                  request.requestId(),
                  Objects.requireNonNull(request.userId()),
                  Objects.requireNonNull(request.algorithm()).label(),
                  request.keyVersion(),
                  publicKey,
                  PublicKeySpki.encode(request.algorithm(), publicKey),
                  birthAttestation,
                  sealedKeySha256,
                  at));
      case Outcome.Refused _, Outcome.Expired _, Outcome.Failed _ -> Optional.empty();
      case null -> Optional.empty();
    };
  }
}
