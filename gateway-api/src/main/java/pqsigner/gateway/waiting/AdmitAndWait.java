package pqsigner.gateway.waiting;

import java.time.Duration;
import java.util.Optional;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.admission.Admission;
import pqsigner.gateway.admission.AdmitRequest;
import pqsigner.gateway.admission.Refusal;
import pqsigner.gateway.admission.Requester;
import pqsigner.gateway.custodian.CustodianRules;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.LedgerUnavailableException;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.RequestLedger;

/// Admits requests of callers who wait for the result.
public final class AdmitAndWait {

  /// Of a custodian that was disabled while it waited: what was signed meanwhile is recorded, and
  /// it can look that up once it is enabled again.
  private static final Refusal CUT_OFF =
      new Refusal(ErrorCode.FORBIDDEN, "this custodian was disabled while the request was at work");

  private final CustodianRules rules;
  private final AdmitRequest admitRequest;
  private final PendingReplies pending;
  private final RequestLedger ledger;

  public AdmitAndWait(
      CustodianRules rules,
      AdmitRequest admitRequest,
      PendingReplies pending,
      RequestLedger ledger) {
    this.rules = rules;
    this.admitRequest = admitRequest;
    this.pending = pending;
    this.ledger = ledger;
  }

  /// Waits for the outcome of a request that is at work, if there is a place to wait in. What is
  /// accepted comes with the newest state that is known when the wait ends.
  ///
  /// @param patience how long to wait, admission included
  /// @param notInFlight run as soon as the request turns out not to be at work. If the ledger does
  ///   not answer, its fate is unknown, and it stays in flight until it is looked up
  public Admission admit(
      Requester requester, Request request, Duration patience, Runnable notInFlight)
      throws InterruptedException {
    if (patience.isZero()) {
      return admit(requester, request, notInFlight);
    }
    long start = System.nanoTime();
    Optional<PendingReply> place = pending.register(request.key());
    try {
      Admission admission = admit(requester, request, notInFlight);
      if (!(admission instanceof Admission.Accepted(LedgerEntry accepted, Admission.How how))
          || place.isEmpty()) {
        return admission;
      }
      Duration left = patience.minusNanos(System.nanoTime() - start);
      Optional<LedgerEntry> woken = place.get().await(left);
      if (!rules.isEnabled(request.custodian())) {
        return new Admission.Refused(CUT_OFF);
      }
      return new Admission.Accepted(woken.or(() -> lookUp(request.key())).orElse(accepted), how);
    } finally {
      place.ifPresent(PendingReply::close);
    }
  }

  private Admission admit(Requester requester, Request request, Runnable notInFlight) {
    Admission admission = admitRequest.admit(requester, request);
    if (!(admission instanceof Admission.Accepted)) {
      notInFlight.run();
    }
    return admission;
  }

  /// What the ledger knows; nothing while it does not answer.
  public Optional<LedgerEntry> lookUp(RequestKey key) {
    try {
      return ledger.find(key);
    } catch (LedgerUnavailableException _) {
      return Optional.empty();
    }
  }
}
