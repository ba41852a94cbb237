package pqsigner.gateway.ledger;

import jakarta.validation.constraints.AssertTrue;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How long finished requests are kept.
///
/// @param resultRetention how long a finished request answers with its result, at least 1h. If
///   wrong: shorter than callers repeat, they are told `unknown_request` for what was signed;
///   longer costs storage
/// @param digestRetention how long its id stays burnt, at least `result-retention`; the row is
///   deleted by the store some time after. If wrong: shorter than callers may repeat, the same id
///   signs again, with other bytes
@Validated
@ConfigurationProperties(prefix = "pq-signer.ledger", ignoreUnknownFields = false)
public record LedgerSettings(
    @DefaultValue("90d") Duration resultRetention, @DefaultValue("400d") Duration digestRetention) {

  @AssertTrue(message = "result-retention must be at least 1h, digest-retention not below it")
  boolean isRetentionConsistent() {
    return resultRetention.compareTo(Duration.ofHours(1)) >= 0
        && digestRetention.compareTo(resultRetention) >= 0;
  }
}
