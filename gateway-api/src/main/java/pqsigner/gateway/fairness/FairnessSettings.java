package pqsigner.gateway.fairness;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// What one custodian may ask of one gateway, unless the registry of custodians says otherwise.
///
/// @param requestsPerSecond over HTTP, over all connections of a custodian to one gateway, 1 to
///   1000000; beyond it a caller is told `rate_limited`. If wrong: too low refuses what was agreed,
///   too high lets one custodian's callers queue up before another's
/// @param burst HTTP requests that may come at once after a pause, 1 to 1000000. If wrong: as
///   `requests-per-second`, for a moment
/// @param interactiveMax HTTP requests that may be accepted and unfinished at once, 1 to 100000;
///   beyond it a caller is told `rate_limited`. If wrong: all of them can stand in front of another
///   custodian's request
/// @param bulkMax Kafka commands that may be accepted and unfinished at once, 1 to 100000; beyond
///   it the custodian's commands topic is paused. Soft: a poll that is under way is finished, so up
///   to `pq-signer.kafka.records-per-poll` more per consumer. If wrong: too low and a backlog is
///   worked off slowly, too high and all other custodians' commands wait behind it
/// @param sharePercent how much one custodian may hold of what all share: connections
///   (`pq-signer.connections.authenticated-max`), waiters (`pq-signer.http.waiters-max`) and bytes
///   of bodies (`pq-signer.http.bodies-bytes-max`), 1 to 100 percent. If wrong: too much lets one
///   custodian take the others' room; too little turns a busy one away while there is room
@Validated
@ConfigurationProperties(prefix = "pq-signer.fairness", ignoreUnknownFields = false)
public record FairnessSettings(
    @DefaultValue("2000") @Min(1) @Max(1_000_000) int requestsPerSecond,
    @DefaultValue("4000") @Min(1) @Max(1_000_000) int burst,
    @DefaultValue("1000") @Min(1) @Max(100_000) int interactiveMax,
    @DefaultValue("2000") @Min(1) @Max(100_000) int bulkMax,
    @DefaultValue("50") @Min(1) @Max(100) int sharePercent) {}
