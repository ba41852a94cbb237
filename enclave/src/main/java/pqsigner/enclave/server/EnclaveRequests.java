package pqsigner.enclave.server;

import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.release.RelayCredentials;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Load;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;

/// Asks the phase table, then hands a request to whoever does it.
public final class EnclaveRequests implements RequestHandler {
  private final Lifecycle lifecycle;
  private final RelayCredentials credentials;
  private volatile @Nullable KeyJobs jobs;
  private volatile Supplier<Load> load = () -> Load.NONE;

  public EnclaveRequests(Lifecycle lifecycle, RelayCredentials credentials) {
    this.lifecycle = lifecycle;
    this.credentials = credentials;
  }

  /// From now on keys can be used, as far as the phase allows.
  ///
  /// @param report what a status says of the load
  public void open(KeyJobs keyJobs, Supplier<Load> report) {
    load = report;
    jobs = keyJobs;
  }

  @Override
  public void handle(long correlationId, Request request, Reply reply) {
    KeyJobs keyJobs = jobs;
    if (!PhaseTable.allows(lifecycle.phase(), request)) {
      FrameConnection.refuseAll(correlationId, request, Refusal.NOT_READY, reply);
      return;
    }
    switch (request) {
      case Request.Status() -> reply.answer(correlationId, lifecycle.status(load.get()));
      case Request.Credentials offered -> reply.answer(correlationId, taken(offered));
      case Request.GenerateKey generate when keyJobs != null ->
          keyJobs.generate(correlationId, generate, reply);
      case Request.Sign sign when keyJobs != null -> keyJobs.sign(sign, reply);
      case Request.GenerateKey _, Request.Sign _ ->
          FrameConnection.refuseAll(correlationId, request, Refusal.NOT_READY, reply);
    }
  }

  private Answer taken(Request.Credentials offered) {
    try {
      long expires = offered.expiresAtEpochMs();
      credentials.replace(
          offered.accessKeyId(),
          offered.secretAccessKey(),
          offered.sessionToken(),
          expires == 0 ? null : Instant.ofEpochMilli(expires));
      return new Answer.Accepted();
    } catch (RefusedException e) {
      return new Answer.Refused(e.refusal());
    }
  }
}
