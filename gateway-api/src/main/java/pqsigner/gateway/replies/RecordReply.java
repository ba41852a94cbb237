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
import pqsigner.events.ErrorCode;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Completion;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.ledger.RequestState;
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
    try (var _ = LogContext.of(reply.request().custodian(), reply.request().requestId())) {
      recordAndRelease(reply);
    }
  }

  private void recordAndRelease(Reply reply) {
    Completion completion =
        switch (reply) {
          case Reply.NewKey born -> generated(born);
          case Reply.Decided decided -> decided(decided);
        };
    switch (completion) {
      case Completion.Recorded(LedgerEntry entry) -> {
        count("recorded", entry);
        tell(entry);
        RequestLog.released(
            entry.custodian(), entry.requestId(), entry.state().name(), codeOf(entry));
      }
      case Completion.Superseded(LedgerEntry entry) -> {
        count("superseded", entry);
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

  private Completion decided(Reply.Decided reply) {
    return switch (reply.outcome()) {
      case Outcome.Signed(byte[] signature, _) -> signed(reply, signature);
      case Outcome.Refused(ErrorCode code, _, _) when !WORKERS_REFUSALS.contains(code) ->
          notTheWorkersToRefuse(reply, code);
      case Outcome.Generated _ ->
          throw new IllegalArgumentException("a new key is not decided before it is verified");
      case Outcome.Refused _, Outcome.Expired _, Outcome.Failed _ -> complete(reply);
    };
  }

  private Completion complete(Reply.Decided reply) {
    return ledger.complete(reply.request(), reply.digest(), reply.outcome());
  }

  private Completion signed(Reply.Decided reply, byte[] signature) {
    return switch (signatures.check(reply, signature)) {
      case SignatureCheck.Verdict.Genuine() -> complete(reply);
      case SignatureCheck.Verdict.Disabled() ->
          ledger.complete(reply.request(), reply.digest(), Outcome.Refused.disabled(reply.at()));
      case SignatureCheck.Verdict.Forged(LedgerEntry entry, SignatureCheck.Reason reason) -> {
        String why = reason.name().toLowerCase(Locale.ROOT);
        String key = "key v" + entry.request().keyVersion();
        invalid.report(entry, InvalidReplies.Kind.SIGNATURE, why, key);
        yield new Completion.Unrelated();
      }
      case SignatureCheck.Verdict.NotPending(Completion completion) -> completion;
    };
  }

  /// A worker may say what only it and its enclave can know. What the gateway judged itself, before
  /// it queued the job, is not a worker's to decide again: whoever runs one could tell a custodian
  /// that its key does not exist.
  private Completion notTheWorkersToRefuse(Reply reply, ErrorCode code) {
    ledger
        .find(reply.request())
        .filter(entry -> entry.state() == RequestState.ACCEPTED)
        .filter(entry -> MessageDigest.isEqual(entry.request().digest(), reply.digest()))
        .ifPresent(
            entry ->
                invalid.report(
                    entry, InvalidReplies.Kind.REFUSAL, code.code(), "not a worker's to say"));
    return new Completion.Unrelated();
  }

  /// Everything about the key but its own material is taken from the ledger. A birth that does not
  /// verify changes nothing: whoever forged it would otherwise end the request, and its id.
  private Completion generated(Reply.NewKey reply) {
    Optional<LedgerEntry> found = ledger.find(reply.request());
    if (found.isEmpty()
        || !Objects.requireNonNull(found.get().request().type()).makesKey()
        || !MessageDigest.isEqual(found.get().request().digest(), reply.digest())) {
      return new Completion.Unrelated();
    }
    LedgerEntry entry = found.get();
    if (entry.state() != RequestState.ACCEPTED) {
      return new Completion.Superseded(entry);
    }
    Request request = entry.request();
    RegisteredKey key =
        new RegisteredKey(
            request.custodian(),
            Objects.requireNonNull(request.userId()),
            Objects.requireNonNull(request.algorithm()),
            request.keyVersion(),
            reply.publicKey(),
            reply.encryptedDataKey(),
            reply.wrappedSeed(),
            reply.birthAttestation(),
            request.requestId(),
            reply.at());
    return switch (births.verify(key, request)) {
      case Verification.Verified _ ->
          ledger.completeGeneration(reply.request(), reply.digest(), key);
      case Verification.Rejected(RejectionReason reason, String detail) -> {
        invalid.report(entry, InvalidReplies.Kind.BIRTH, reason.code(), detail);
        yield new Completion.Unrelated();
      }
    };
  }

  private void count(String how, LedgerEntry entry) {
    count(how, entry.state().name(), codeOf(entry));
  }

  private static String codeOf(LedgerEntry entry) {
    ErrorCode code = Objects.requireNonNull(entry.outcome()).code();
    return code == null ? "ok" : code.code();
  }

  /// `recorded` counts every outcome of every request once; `superseded` counts lost races and
  /// repeated deliveries.
  private void count(String how, String state, String code) {
    Counter.builder("pq.signer.gateway.replies")
        .description("Replies, by what the ledger did with them")
        .tag("ledger", how)
        .tag("state", state)
        .tag("code", code)
        .register(registry)
        .increment();
  }
}
