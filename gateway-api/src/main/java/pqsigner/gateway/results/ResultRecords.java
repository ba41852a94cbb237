package pqsigner.gateway.results;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.events.avro.Result;
import pqsigner.gateway.keys.PublicKeySpki;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.RequestState;

/// A result as a pure function of a finished ledger entry.
public final class ResultRecords {

  private ResultRecords() {}

  /// @param entry finished
  public static Result of(LedgerEntry entry) {
    Outcome outcome =
        Objects.requireNonNull(entry.outcome(), "only a finished request has a result");
    Result.Builder result =
        Result.newBuilder()
            .setRequestId(entry.requestId())
            .setRequestType(entry.type() == null ? null : entry.type().label())
            .setState(outcome.state().name())
            .setUserId(entry.userId())
            .setAlg(entry.algorithm() == null ? null : entry.algorithm().label());
    switch (outcome) {
      case Outcome.Signed(byte[] signature, Instant signedAt) ->
          result
              .setKeyVersion(entry.keyVersion())
              .setSignature(ByteBuffer.wrap(signature))
              .setSignedAt(signedAt);
      case Outcome.Generated(byte[] publicKey, byte[] birthAttestation, Instant createdAt) -> {
        Algorithm algorithm = Objects.requireNonNull(entry.algorithm());
        result
            .setKeyVersion(entry.keyVersion())
            .setPublicKey(ByteBuffer.wrap(publicKey))
            .setPublicKeySpki(ByteBuffer.wrap(PublicKeySpki.encode(algorithm, publicKey)))
            .setBirthAttestation(ByteBuffer.wrap(birthAttestation))
            .setCreatedAt(createdAt);
      }
      case Outcome.Refused(ErrorCode code, String detail, Instant _) ->
          result.setCode(code.code()).setDetail(detail);
      case Outcome.Expired _ -> result.setCode(ErrorCode.DEADLINE_EXCEEDED.code());
      case Outcome.Failed _ ->
          throw new IllegalArgumentException("a failed request has no result yet");
    }
    return result.build();
  }

  /// Tells that a command reused the id of another request; says nothing of that request.
  public static Result conflict(String requestId, @Nullable String requestType) {
    return Result.newBuilder()
        .setRequestId(requestId)
        .setRequestType(requestType)
        .setState(RequestState.REFUSED.name())
        .setCode(ErrorCode.REQUEST_ID_CONFLICT.code())
        .build();
  }
}
