package pqsigner.gateway.ledger;

/// Which way a request came in. Results go to the custodian's results topic when the request was
/// (also) asked over Kafka.
public enum Origin {
  HTTP,
  KAFKA
}
