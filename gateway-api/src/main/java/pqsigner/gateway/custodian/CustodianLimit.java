package pqsigner.gateway.custodian;

import java.util.Locale;

/// What can be bounded for a custodian, at each gateway. What is not agreed is as
/// `pq-signer.fairness` says.
public enum CustodianLimit {
  /// Over HTTP.
  REQUESTS_PER_SECOND(1_000_000),
  /// HTTP requests that may come at once after a pause.
  BURST(1_000_000),
  /// HTTP requests in flight.
  INTERACTIVE_MAX(100_000),
  /// Kafka commands in flight.
  BULK_MAX(100_000),
  /// Bytes of request bodies in memory. One body always fits.
  BODY_BYTES_MAX(1 << 30),
  /// Authenticated connections.
  CONNECTIONS_MAX(100_000);

  private final int most;

  CustodianLimit(int most) {
    this.most = most;
  }

  /// As it is called in the API and in the table.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The least is 1: whoever may do nothing is disabled.
  public int most() {
    return most;
  }
}
