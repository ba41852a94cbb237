package pqsigner.worker.batch.kafka;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import pqsigner.events.avro.SigningJob;
import pqsigner.protocol.Answer;
import pqsigner.worker.batch.Outcome;
import pqsigner.worker.batch.kafka.OutcomePublisher.Sent;
import pqsigner.worker.batch.kafka.OutcomePublisher.Settlement;
import pqsigner.worker.lanes.Diversion;

/// One line for each stage of a request's life in the worker; the gateway writes its own to the
/// same logger, so that one search for a `request_id` tells the whole story.
final class RequestLog {
  private static final Logger log = LoggerFactory.getLogger("pqsigner.request");
  private static final String UNKNOWN = "?";

  private RequestLog() {}

  /// Called once the broker has it, so that a batch that is repeated is told once.
  static void settled(Settlement settlement, Sent sent) {
    String custodian = settlement.job().map(SigningJob::getCustodian).orElse(UNKNOWN);
    String requestId = settlement.job().map(SigningJob::getRequestId).orElse(UNKNOWN);
    try (var _ = MDC.putCloseable("custodian", custodian);
        var _ = MDC.putCloseable("request_id", requestId)) {
      Diversion diversion = sent.diversion();
      if (diversion == null) {
        answered(settlement, custodian, requestId);
      } else {
        log.info(
            "attempt.failed custodian={} request_id={} attempt={} code={}",
            custodian,
            requestId,
            diversion.attempts(),
            diversion.code().code());
        diverted(settlement, sent.destination(), diversion, custodian, requestId);
      }
    }
  }

  private static void answered(Settlement settlement, String custodian, String requestId) {
    switch (settlement.outcome()) {
      case Outcome.Completed(Answer.Signed _) ->
          log.info("request.signed custodian={} request_id={}", custodian, requestId);
      case Outcome.Completed(Answer.KeyGenerated _) ->
          log.info("key.generated custodian={} request_id={}", custodian, requestId);
      case Outcome.Refused(var code) ->
          log.info(
              "request.refused custodian={} request_id={} code={}",
              custodian,
              requestId,
              code.code());
      case Outcome.Expired _ ->
          log.info("request.expired custodian={} request_id={}", custodian, requestId);
      case Outcome.RetryLater _, Outcome.DeadLettered _, Outcome.DependencyDown _ ->
          throw new IllegalArgumentException("no answer");
    }
  }

  private static void diverted(
      Settlement settlement,
      String destination,
      Diversion diversion,
      String custodian,
      String requestId) {
    if (!destination.equals(OutcomePublisher.DEAD_LETTERS)) {
      log.info("job.delayed custodian={} request_id={} lane={}", custodian, requestId, destination);
      return;
    }
    log.warn(
        "job.dead_lettered custodian={} request_id={} code={} attempts={} origin={}-{}@{}",
        custodian,
        requestId,
        diversion.code().code(),
        diversion.attempts(),
        settlement.message().topic(),
        settlement.message().partition(),
        settlement.message().offset());
  }
}
