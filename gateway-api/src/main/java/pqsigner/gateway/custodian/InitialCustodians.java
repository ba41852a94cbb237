package pqsigner.gateway.custodian;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fills an empty registry. Only an empty one: a custodian that was removed does not come back with
/// the next start.
final class InitialCustodians {

  private static final Logger log = LoggerFactory.getLogger(InitialCustodians.class);

  /// Who stands as the operator in what a gateway registered itself.
  private static final String OPERATOR = "settings";

  private InitialCustodians() {}

  /// Idempotent, and safe when several gateways start at once.
  ///
  /// @throws IllegalStateException when there is nobody in the registry and nothing was said about
  ///   who should be: an installation whose custodians are not registered yet would refuse all of
  ///   them for ever
  static void register(CustodianRegistry registry, @Nullable List<String> names, Instant now) {
    if (!registry.all().isEmpty()) {
      return;
    }
    if (names == null) {
      throw new IllegalStateException(
          "the registry of custodians is empty: name them in pq-signer.custodians.initial");
    }
    for (String name : names) {
      if (registry.add(RegisteredCustodian.added(name, CustodianTerms.usual(), OPERATOR, now))) {
        log.info("custodian.added custodian={} operator={}", name, OPERATOR);
      }
    }
  }
}
