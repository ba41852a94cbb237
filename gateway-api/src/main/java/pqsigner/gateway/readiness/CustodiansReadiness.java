package pqsigner.gateway.readiness;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import pqsigner.gateway.custodian.Custodians;

/// Whether this gateway knows who its custodians are: without that it serves none of them.
final class CustodiansReadiness extends AbstractHealthIndicator {

  private final Custodians custodians;

  CustodiansReadiness(Custodians custodians) {
    this.custodians = custodians;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    if (custodians.isUsable()) {
      builder.up();
    } else {
      builder.down();
    }
  }
}
