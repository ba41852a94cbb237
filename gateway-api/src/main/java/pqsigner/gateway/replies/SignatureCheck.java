package pqsigner.gateway.replies;

import java.security.MessageDigest;
import java.util.Objects;
import java.util.Optional;
import pqsigner.events.Algorithm;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Completion;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestContent;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.ledger.RequestType;
import pqsigner.gateway.queue.AskedSignatures;
import pqsigner.mldsa.ParameterSet;
import pqsigner.mldsa.SignatureVerifier;
import pqsigner.mldsa.SigningInput;

/// Whether a signature is what was asked for: it must verify under the registered public key, over
/// the message, context or mu that *we* recorded. The first outcome wins for ever, so nothing a
/// worker says becomes one unchecked.
///
/// What was recorded is at hand if this gateway queued the job and kept it ([AskedSignatures]);
/// otherwise it is read from the ledger.
public final class SignatureCheck {

  private final AskedSignatures asked;
  private final RequestLedger ledger;
  private final KeyRegistry keys;
  private final SignatureVerifier verifier;

  public SignatureCheck(
      AskedSignatures asked, RequestLedger ledger, KeyRegistry keys, SignatureVerifier verifier) {
    this.asked = asked;
    this.ledger = ledger;
    this.keys = keys;
    this.verifier = verifier;
  }

  /// What is to be done with a signature.
  sealed interface Verdict {

    /// It is the one that was asked for.
    record Genuine() implements Verdict {}

    /// It is not.
    ///
    /// @param entry the pending request that it was held against
    record Forged(LedgerEntry entry, Reason reason) implements Verdict {}

    /// It is, and its key may no longer sign it.
    record Disabled() implements Verdict {}

    /// There is nothing to verify it against, and nothing that it could change.
    record NotPending(Completion completion) implements Verdict {}
  }

  enum Reason {
    DOES_NOT_VERIFY,
    /// The request was not for a signature.
    NOT_ASKED_FOR,
    /// The registered key is gone; the sweeper fails the request.
    KEY_MISSING
  }

  Verdict check(Reply reply, byte[] signature) {
    Optional<AskedSignatures.Asked> kept =
        asked
            .find(reply.request())
            .filter(it -> MessageDigest.isEqual(it.entry().request().digest(), reply.digest()));
    if (kept.isEmpty()) {
      return checkRecorded(reply, signature);
    }
    Verdict verdict = judge(kept.get().entry(), signature);
    if (verdict instanceof Verdict.Forged) {
      // The next reply is held against the row as it is then.
      asked.forget(reply.request());
    }
    return verdict;
  }

  private Verdict checkRecorded(Reply reply, byte[] signature) {
    Optional<LedgerEntry> found =
        ledger
            .find(reply.request())
            .filter(entry -> MessageDigest.isEqual(entry.request().digest(), reply.digest()));
    if (found.isEmpty()) {
      return new Verdict.NotPending(new Completion.Unrelated());
    }
    LedgerEntry entry = found.get();
    if (entry.state() != RequestState.ACCEPTED) {
      return new Verdict.NotPending(new Completion.Superseded(entry));
    }
    if (entry.request().type() != RequestType.SIGN) {
      return new Verdict.Forged(entry, Reason.NOT_ASKED_FOR);
    }
    return judge(entry, signature);
  }

  /// The state of the key is read last. From here to the ledger's write is one call, so that none
  /// is recorded later after a disabling than the settings of the store say.
  private Verdict judge(LedgerEntry entry, byte[] signature) {
    Request request = entry.request();
    Optional<RegisteredKey> key = keys.of(request);
    if (key.isEmpty()) {
      return new Verdict.Forged(entry, Reason.KEY_MISSING);
    }
    if (!verifies(request, key.get().publicKey(), signature)) {
      return new Verdict.Forged(entry, Reason.DOES_NOT_VERIFY);
    }
    return key.get().maySign(request) ? new Verdict.Genuine() : new Verdict.Disabled();
  }

  private boolean verifies(Request request, byte[] publicKey, byte[] signature) {
    Algorithm algorithm = Objects.requireNonNull(request.algorithm());
    RequestContent content = Objects.requireNonNull(request.content(), "a pending request has it");
    ParameterSet set = ParameterSet.named(algorithm.label()).orElseThrow();
    return verifier.verify(set, publicKey, input(content), signature);
  }

  private static SigningInput input(RequestContent content) {
    byte[] mu = content.mu();
    return mu == null
        ? new SigningInput.Message(
            Objects.requireNonNull(content.message(), "to sign is a message or a mu"),
            content.context())
        : new SigningInput.ExternalMu(mu);
  }
}
