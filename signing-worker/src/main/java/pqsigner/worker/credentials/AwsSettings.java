package pqsigner.worker.credentials;

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
/// @param region for providers of the credentials chain that call a regional service; absent means
///   the SDK's own region chain. The enclave's region is part of its measured configuration and is
///   not set here. If wrong: no credentials are found, and the circuit stays open with
///   NO_CREDENTIALS
/// @param refreshMargin how long before their end new credentials are pushed, at least 1ms. If
///   wrong: too short lets jobs meet ended credentials, which opens the circuit as
///   CREDENTIALS_REFUSED; larger than their life pushes every `refresh-gap`
/// @param refreshMax how often they are pushed at the latest, at least 1ms. If wrong: long leaves
///   rotated credentials without an end in use; short costs a frame each time
/// @param refreshGap how often they are pushed at the most, at least 1ms. If wrong: short makes a
///   loop of a chain that gives ended credentials; long delays recovery after one
@Validated
@ConfigurationProperties(prefix = "pq-signer.aws", ignoreUnknownFields = false)
public record AwsSettings(
    @Nullable String region,
    @DefaultValue("3m") @NotNull @DurationMin(millis = 1) Duration refreshMargin,
    @DefaultValue("15m") @NotNull @DurationMin(millis = 1) Duration refreshMax,
    @DefaultValue("10s") @NotNull @DurationMin(millis = 1) Duration refreshGap) {}
