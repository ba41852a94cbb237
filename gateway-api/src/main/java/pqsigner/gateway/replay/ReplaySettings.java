package pqsigner.gateway.replay;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// What an operator may do.
///
/// @param replaysMax how often one request may be put back to work, by its owner's repetitions and
///   by operators together, 1 to 50; bounds its audit trail as well. If wrong: too few leave nobody
///   a way to finish a request; more let a bad one come back
/// @param jobsMax requests of one call, 1 to 5000. If wrong: too many make answers large and one
///   mistake expensive; too few make operators repeat themselves
/// @param perMinute requests that one gateway puts back to work in a minute, over all operators. If
///   wrong: too many let a backlog come back at once, before new work; too few make recovery slow
@Validated
@ConfigurationProperties(prefix = "pq-signer.replay", ignoreUnknownFields = false)
public record ReplaySettings(
    @DefaultValue("5") @Min(1) @Max(50) int replaysMax,
    @DefaultValue("500") @Min(1) @Max(5000) int jobsMax,
    @DefaultValue("3000") @Min(1) @Max(1_000_000) int perMinute) {}
