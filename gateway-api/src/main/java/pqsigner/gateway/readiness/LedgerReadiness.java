package pqsigner.gateway.readiness;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.RequestLedger;

/// Asks the ledger for a row that cannot exist: no custodian can be called that.
final class LedgerReadiness extends AbstractHealthIndicator {

  private static final String NOBODY = "-readiness-";

  private final RequestLedger ledger;

  LedgerReadiness(RequestLedger ledger) {
    super("the ledger does not answer");
    this.ledger = ledger;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    if (ledger.find(new RequestKey(NOBODY, NOBODY)).isPresent()) {
      throw new IllegalStateException("a row of nobody");
    }
    builder.up();
  }
}
