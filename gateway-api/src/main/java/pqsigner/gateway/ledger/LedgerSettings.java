package pqsigner.gateway.ledger;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How long finished requests are kept.
///
/// @param resultRetention how long a finished request answers with its result; at least 1h
/// @param digestRetention how long its id stays burnt; at least the result's retention. The row is
///   deleted by the store some time after
@ConfigurationProperties("pq-signer.ledger")
public record LedgerSettings(
    @DefaultValue("90d") Duration resultRetention,
    @DefaultValue("400d") Duration digestRetention) {}
