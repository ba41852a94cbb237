package pqsigner.gateway.log;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One line for each stage of a request's life in the gateway; the worker writes its own to the
/// same logger, so that one search for a `request_id` tells the whole story. The logger has a name
/// of its own, so that it can be switched off alone.
public final class RequestLog {

  private static final Logger log = LoggerFactory.getLogger("pqsigner.request");

  private RequestLog() {}

  /// The ledger has it.
  public static void accepted(String custodian, String requestId, String type, String origin) {
    try (var _ = LogContext.of(custodian, requestId)) {
      log.info(
          "request.accepted custodian={} request_id={} type={} origin={}",
          custodian,
          requestId,
          type,
          origin);
    }
  }

  /// The broker has its job; once more for each time that it is queued again.
  public static void queued(String custodian, String requestId, String topic) {
    try (var _ = LogContext.of(custodian, requestId)) {
      log.info("request.queued custodian={} request_id={} topic={}", custodian, requestId, topic);
    }
  }

  /// Its outcome is recorded, and whoever waits for it was told.
  ///
  /// @param code `ok`, or what went wrong
  public static void released(String custodian, String requestId, String state, String code) {
    try (var _ = LogContext.of(custodian, requestId)) {
      log.info(
          "request.released custodian={} request_id={} state={} code={}",
          custodian,
          requestId,
          state,
          code);
    }
  }
}
