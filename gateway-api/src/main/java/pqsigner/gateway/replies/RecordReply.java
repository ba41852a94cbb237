package pqsigner.gateway.replies;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import pqsigner.attestation.nitro.RejectionReason;
import pqsigner.attestation.nitro.Verification;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Completion;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.ledger.RequestType;
import pqsigner.gateway.log.LogContext;
import pqsigner.gateway.log.RequestLog;

/// Records a reply and releases what is recorded then, be it this reply's outcome or the one that
/// was first.
public final class RecordReply {

  /// `internal` stands for a code of a newer worker.
  private static final Set<ErrorCode> WORKERS_REFUSALS =
      EnumSet.of(
          ErrorCode.MALFORMED_REQUEST,
          ErrorCode.UNSUPPORTED_ALGORITHM,
          ErrorCode.KEY_RECORD_REJECTED,
          ErrorCode.INTERNAL);

  private final RequestLedger ledger;
  private final BirthCheck births;
  private final SignatureCheck signatures;
  private final InvalidReplies invalid;
  private final Consumer<LedgerEntry> release;
  private final MeterRegistry registry;

  /// @param release tells whoever waits; called again for a reply that is delivered again
  public RecordReply(
      RequestLedger ledger,
      BirthCheck births,
      SignatureCheck signatures,
      InvalidReplies invalid,
      Consumer<LedgerEntry> release,
      MeterRegistry registry) {
    this.ledger = ledger;
    this.births = births;
    this.signatures = signatures;
    this.invalid = invalid;
    this.release = release;
    this.registry = registry;
  }

  public void record(Reply reply) {
    try (var _ = LogContext.of(reply.custodian(), reply.requestId())) {
      recordAndRelease(reply);
    }
  }

  private void recordAndRelease(Reply reply) {
    Completion completion =
        switch (reply.said()) {
          case Reply.Said.Signed(byte[] signature) -> signed(reply, signature);
          case Reply.Said.Generated generated -> generated(reply, generated);
          case Reply.Said.Refused(ErrorCode code) -> refused(reply, code);
          case Reply.Said.Expired() -> complete(reply, new Outcome.Expired(reply.at()));
          case Reply.Said.Failed(ErrorCode code, int attempts) ->
              complete(reply, new Outcome.Failed(code, attempts, reply.at()));
        };
    switch (completion) {
      case Completion.Recorded(LedgerEntry entry) -> {
        count("recorded", entry.state().name(), codeOf(entry));
        tell(entry);
        RequestLog.released(
            entry.custodian(), entry.requestId(), entry.state().name(), codeOf(entry));
      }
      case Completion.Superseded(LedgerEntry entry) -> {
        count("superseded", entry.state().name(), codeOf(entry));
        tell(entry);
      }
      case Completion.Unrelated() -> count("unrelated", "none", "none");
    }
  }

  private void tell(LedgerEntry entry) {
    release.accept(entry);
    if (entry.state() == RequestState.FAILED) {
      ledger.settle(entry);
    }
  }

  private Completion complete(Reply reply, Outcome outcome) {
    return ledger.complete(reply.custodian(), reply.requestId(), reply.digest(), outcome);
  }

  private Completion signed(Reply reply, byte[] signature) {
    return switch (signatures.check(reply, signature)) {
      case SignatureCheck.Verdict.Genuine() ->
          complete(reply, new Outcome.Signed(signature, reply.at()));
      case SignatureCheck.Verdict.Forged(LedgerEntry entry, SignatureCheck.Reason reason) -> {
        String why = reason.name().toLowerCase(Locale.ROOT);
        invalid.report(entry, InvalidReplies.Kind.SIGNATURE, why, "key v" + entry.keyVersion());
        yield new Completion.Unrelated();
      }
      case SignatureCheck.Verdict.NotPending(Completion completion) -> completion;
    };
  }

  /// A worker may say what only it and its enclave can know. What the gateway judged itself, before
  /// it queued the job, is not a worker's to decide again: whoever runs one could tell a custodian
  /// that its key does not exist.
  private Completion refused(Reply reply, ErrorCode code) {
    if (WORKERS_REFUSALS.contains(code)) {
      return complete(reply, new Outcome.Refused(code, null, reply.at()));
    }
    ledger
        .find(reply.custodian(), reply.requestId())
        .filter(entry -> entry.state() == RequestState.ACCEPTED)
        .ifPresent(
            entry ->
                invalid.report(
                    entry, InvalidReplies.Kind.REFUSAL, code.code(), "not a worker's to say"));
    return new Completion.Unrelated();
  }

  /// Everything about the key but its own material is taken from the ledger. A birth that does not
  /// verify changes nothing: whoever forged it would otherwise end the request, and its id.
  private Completion generated(Reply reply, Reply.Said.Generated generated) {
    Optional<LedgerEntry> found = ledger.find(reply.custodian(), reply.requestId());
    if (found.isEmpty()
        || found.get().type() != RequestType.KEY_GENERATION
        || !MessageDigest.isEqual(found.get().digest(), reply.digest())) {
      return new Completion.Unrelated();
    }
    LedgerEntry entry = found.get();
    if (entry.state() != RequestState.ACCEPTED) {
      return new Completion.Superseded(entry);
    }
    Algorithm algorithm = Objects.requireNonNull(entry.algorithm());
    RegisteredKey key =
        new RegisteredKey(
            entry.custodian(),
            Objects.requireNonNull(entry.userId()),
            algorithm,
            entry.keyVersion(),
            generated.publicKey(),
            generated.encryptedDataKey(),
            generated.wrappedSeed(),
            generated.birthAttestation(),
            entry.requestId(),
            reply.at());
    return switch (births.verify(key, entry)) {
      case Verification.Verified _ ->
          ledger.completeGeneration(reply.requestId(), reply.digest(), key);
      case Verification.Rejected(RejectionReason reason, String detail) -> {
        invalid.report(entry, InvalidReplies.Kind.BIRTH, reason.code(), detail);
        yield new Completion.Unrelated();
      }
    };
  }

  private static String codeOf(LedgerEntry entry) {
    return switch (entry.outcome()) {
      case Outcome.Refused refused -> refused.code().code();
      case Outcome.Failed failed -> failed.code().code();
      case Outcome.Expired _ -> ErrorCode.DEADLINE_EXCEEDED.code();
      case Outcome.Signed _, Outcome.Generated _ -> "ok";
      case null -> "none";
    };
  }

  /// `recorded` counts every outcome of every request once; `superseded` counts lost races and
  /// repeated deliveries.
  private void count(String how, String state, String code) {
    Counter.builder("pq.signer.gateway.replies")
        .description("Replies by what the ledger made of them")
        .tag("ledger", how)
        .tag("state", state)
        .tag("code", code)
        .register(registry)
        .increment();
  }
}
