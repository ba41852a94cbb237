package pqsigner.worker.config;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// The host's AWS credentials, which come from the SDK's default chain and are relayed to the
/// enclave.
///
/// @param region for providers of that chain that call a regional service; the enclave's region is
///   part of its measured configuration and is not set here. Default: the SDK's own region chain
/// @param refreshMargin how long before their end new credentials are pushed, default 3 min. Larger
///   than their life: pushed every `refreshGap`
/// @param refreshMax how often they are pushed at the latest, default 15 min
/// @param refreshGap how often at the most, default 10 s
@Validated
@ConfigurationProperties(prefix = "pq-signer.aws", ignoreUnknownFields = false)
public record AwsSettings(
    @Nullable String region,
    @DefaultValue("3m") @NotNull @DurationMin(millis = 1) Duration refreshMargin,
    @DefaultValue("15m") @NotNull @DurationMin(millis = 1) Duration refreshMax,
    @DefaultValue("10s") @NotNull @DurationMin(millis = 1) Duration refreshGap) {}
