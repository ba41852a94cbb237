package pqsigner.gateway.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Origin;

/// One timer sample for each decision, by how the request came and what was decided:
/// `pq.signer.gateway.admission{origin, outcome}`, its outcome one of accepted, repeated, reopened,
/// finished, failed, unavailable or an error code.
public final class AdmissionMetrics {

  private static final Logger log = LoggerFactory.getLogger(AdmissionMetrics.class);

  private final MeterRegistry registry;
  private final Counter deferred;

  public AdmissionMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.deferred =
        Counter.builder("pq.signer.gateway.admission.deferred")
            .description("Requests recorded and left to the sweeper because the queue was down")
            .register(registry);
  }

  Admission observe(Origin origin, Supplier<Admission> decision) {
    Timer.Sample sample = Timer.start(registry);
    String outcome = "unavailable";
    try {
      Admission admission = decision.get();
      outcome = outcome(admission);
      return admission;
    } finally {
      sample.stop(
          Timer.builder("pq.signer.gateway.admission")
              .description("Time from a well-formed request to the decision about it")
              .tag("origin", origin.name().toLowerCase(Locale.ROOT))
              .tag("outcome", outcome)
              .register(registry));
    }
  }

  void leftToTheSweeper(LedgerEntry entry, RuntimeException cause) {
    deferred.increment();
    log.warn(
        "admission.deferred custodian={} request_id={} cause={}",
        entry.custodian(),
        entry.requestId(),
        cause.getMessage());
  }

  private static String outcome(Admission admission) {
    return switch (admission) {
      case Admission.Accepted(_, Admission.How how) ->
          switch (how) {
            case FRESH -> "accepted";
            case REPEATED -> "repeated";
            case REOPENED -> "reopened";
          };
      case Admission.Finished _ -> "finished";
      case Admission.Failed _ -> "failed";
      case Admission.Conflict() -> ErrorCode.REQUEST_ID_CONFLICT.code();
      case Admission.Refused(Refusal refusal) -> refusal.code().code();
    };
  }
}
