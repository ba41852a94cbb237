package pqsigner.gateway.ledger;

/// Where a request is. See the package for the transitions.
public enum RequestState {
  ACCEPTED,
  SIGNED,
  GENERATED,
  REFUSED,
  EXPIRED,
  /// Given up for now: its owner has been told, and its owner or an operator may put it back to
  /// work.
  FAILED;

  /// Whether the custodian has its answer; such a row never changes again.
  public boolean finished() {
    return switch (this) {
      case SIGNED, GENERATED, REFUSED, EXPIRED -> true;
      case ACCEPTED, FAILED -> false;
    };
  }
}
