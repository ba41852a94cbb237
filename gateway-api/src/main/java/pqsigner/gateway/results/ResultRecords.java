package pqsigner.gateway.results;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.events.Retry;
import pqsigner.events.avro.Conflict;
import pqsigner.events.avro.Failed;
import pqsigner.events.avro.Result;
import pqsigner.gateway.keys.PublicKeySpki;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.ReplayLimit;
import pqsigner.gateway.ledger.Request;

/// What is published of a request, as a pure function of its ledger entry; and of a command that
/// cannot have the id it asks for.
public final class ResultRecords {

  private ResultRecords() {}

  /// @param entry finished
  public static Result of(LedgerEntry entry, ReplayLimit limit) {
    Outcome outcome =
        Objects.requireNonNull(entry.outcome(), "only a finished request has a result");
    Request request = entry.request();
    Result.Builder result =
        Result.newBuilder()
            .setRequestId(request.requestId())
            .setRequestType(request.type() == null ? null : request.type().label())
            .setState(outcome.state().name())
            .setUserId(request.userId())
            .setAlg(request.algorithm() == null ? null : request.algorithm().label())
            .setCode(outcome.code() == null ? null : outcome.code().code())
            .setRetry(label(limit.retry(entry)))
            .setAcceptedAt(request.acceptedAt())
            .setDeadline(request.deadline());
    switch (outcome) {
      case Outcome.Signed(byte[] signature, Instant at) ->
          result
              .setKeyVersion(request.keyVersion())
              .setSignature(ByteBuffer.wrap(signature))
              .setSignedAt(at);
      case Outcome.Generated(
              byte[] publicKey,
              byte[] birthAttestation,
              byte[] sealedKeySha256,
              Instant at) -> {
        Algorithm algorithm = Objects.requireNonNull(request.algorithm());
        result
            .setKeyVersion(request.keyVersion())
            .setPublicKey(ByteBuffer.wrap(publicKey))
            .setPublicKeySpki(ByteBuffer.wrap(PublicKeySpki.encode(algorithm, publicKey)))
            .setBirthAttestation(ByteBuffer.wrap(birthAttestation))
            .setSealedKeySha256(sealedKeySha256 == null ? null : ByteBuffer.wrap(sealedKeySha256))
            .setCreatedAt(at);
      }
      case Outcome.Refused refused -> result.setDetail(refused.detail());
      case Outcome.Expired _ -> {}
      case Outcome.Failed _ ->
          throw new IllegalArgumentException("a failed request has no result yet");
    }
    return result.build();
  }

  /// @param entry failed
  public static Failed failed(LedgerEntry entry, ReplayLimit limit) {
    if (!(entry.outcome() instanceof Outcome.Failed(ErrorCode code, int attempts, Instant at))) {
      throw new IllegalArgumentException("not a failed request");
    }
    Request request = entry.request();
    return Failed.newBuilder()
        .setRequestId(request.requestId())
        .setRequestType(Objects.requireNonNull(request.type()).label())
        .setState(entry.state().name())
        .setCode(code.code())
        .setRetry(Objects.requireNonNull(label(limit.retry(entry))))
        .setFailure(entry.progress().failure())
        .setAttempts(attempts)
        .setUserId(Objects.requireNonNull(request.userId()))
        .setAlg(Objects.requireNonNull(request.algorithm()).label())
        .setKeyVersion(request.keyVersion())
        .setAcceptedAt(request.acceptedAt())
        .setDeadline(request.deadline())
        .setFailedAt(at)
        .build();
  }

  /// Tells that a command reused the id of another request; says nothing of that request.
  ///
  /// @param partition and the following: where the command lies and when it came
  public static Conflict conflict(
      String requestId, @Nullable String requestType, int partition, long offset, Instant at) {
    ErrorCode code = ErrorCode.REQUEST_ID_CONFLICT;
    return Conflict.newBuilder()
        .setRequestId(requestId)
        .setRequestType(requestType)
        .setCode(code.code())
        .setRetry(code.retry().label())
        .setCommandPartition(partition)
        .setCommandOffset(offset)
        .setCommandAt(at)
        .build();
  }

  /// A request_id has no space, so that no result can have this id.
  public static String idOf(Failed failed) {
    return failed.getRequestId() + " failed " + failed.getFailure();
  }

  /// The same for each delivery of one command.
  public static String idOf(Conflict conflict) {
    return conflict.getRequestId()
        + " conflict "
        + conflict.getCommandPartition()
        + "-"
        + conflict.getCommandOffset();
  }

  private static @Nullable String label(@Nullable Retry retry) {
    return retry == null ? null : retry.label();
  }
}
