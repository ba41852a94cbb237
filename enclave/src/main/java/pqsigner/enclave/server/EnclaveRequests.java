package pqsigner.enclave.server;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pqsigner.protocol.EnclaveStats;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;

/// Asks the phase table, then hands a request to whoever does it.
public final class EnclaveRequests implements RequestHandler {
  private final Lifecycle lifecycle;
  private volatile @Nullable KeyJobs jobs;
  private volatile @Nullable CredentialOffers offers;
  private volatile Supplier<EnclaveStats> stats = () -> EnclaveStats.NONE;

  public EnclaveRequests(Lifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  /// From now on credentials can be offered and keys used, as far as the phase allows.
  ///
  /// @param enclaveStats what a status reports
  public void open(
      KeyJobs keyJobs, CredentialOffers credentialOffers, Supplier<EnclaveStats> enclaveStats) {
    stats = enclaveStats;
    offers = credentialOffers;
    jobs = keyJobs;
  }

  @Override
  public void handle(long correlationId, Request request, Responder responder) {
    KeyJobs keyJobs = jobs;
    CredentialOffers credentials = offers;
    if (!PhaseTable.allows(lifecycle.phase(), request)) {
      responder.refuse(correlationId, request, Refusal.NOT_READY);
      return;
    }
    switch (request) {
      case Request.Status() -> responder.answer(correlationId, lifecycle.status(stats.get()));
      case Request.Credentials offered when credentials != null ->
          credentials.offer(correlationId, offered, responder);
      case Request.Job job when keyJobs != null -> keyJobs.start(correlationId, job, responder);
      case Request.Credentials _, Request.Job _ ->
          responder.refuse(correlationId, request, Refusal.NOT_READY);
    }
  }
}
