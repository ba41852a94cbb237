package pqsigner.gateway.replay;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// What an operator may do.
///
/// @param replaysMax how often one request may be replayed; bounds its audit trail as well
/// @param jobsMax requests of one call; bounds an answer, and what one mistake can do
/// @param perMinute requests that one gateway puts back to work in a minute, over all operators;
///   protects the worker from a backlog that comes back at once
@Validated
@ConfigurationProperties("pq-signer.replay")
public record ReplaySettings(
    @DefaultValue("5") @Min(1) @Max(50) int replaysMax,
    @DefaultValue("500") @Min(1) @Max(5000) int jobsMax,
    @DefaultValue("3000") @Min(1) @Max(1_000_000) int perMinute) {}
