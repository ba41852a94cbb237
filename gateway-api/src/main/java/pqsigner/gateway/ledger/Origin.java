package pqsigner.gateway.ledger;

import pqsigner.events.Priority;

/// Which way a request came in. Results go to the custodian's results topic when the request was
/// (also) asked over Kafka.
public enum Origin {
  HTTP,
  KAFKA;

  /// Over HTTP somebody waits.
  public Priority priority() {
    return switch (this) {
      case HTTP -> Priority.INTERACTIVE;
      case KAFKA -> Priority.BULK;
    };
  }
}
