package pqsigner.worker.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Where the enclave is, and how its failures are noticed and waited out.
///
/// @param address `vsock:CID:PORT`, `unix:PATH` or `tcp:HOST:PORT`; no default
/// @param connectTimeout for a connection and each answer of the handshake, default 2 s
/// @param heartbeat how often its status is asked, default 1 s; bounds how late a recovery is seen
/// @param heartbeatTimeout a status that takes longer means that the enclave is dead, default 2 s
/// @param probeTimeout the same, right after a batch deadline with answers missing, default 1 s.
///   Too short: slow jobs are taken for a dead enclave, which stops consumption for a moment
/// @param reconnectMin wait before connecting again, default 100 ms; doubles up to `reconnectMax`
/// @param reconnectMax default 2 s
/// @param inFlightMax most jobs without an answer, default 512; at least `batch.concurrency` times
///   `batch.max-records` and the same of bulk. The enclave refuses what exceeds its own queue,
///   which costs a lane
/// @param trialMin wait before the first job is sent again after a KMS outage, default 500 ms;
///   doubles up to `trialMax`
/// @param trialMax default 15 s
@Validated
@ConfigurationProperties(prefix = "pq-signer.enclave", ignoreUnknownFields = false)
public record EnclaveSettings(
    @NotBlank String address,
    @DefaultValue("2s") @NotNull @DurationMin(millis = 1) Duration connectTimeout,
    @DefaultValue("1s") @NotNull @DurationMin(millis = 1) Duration heartbeat,
    @DefaultValue("2s") @NotNull @DurationMin(millis = 1) Duration heartbeatTimeout,
    @DefaultValue("1s") @NotNull @DurationMin(millis = 1) Duration probeTimeout,
    @DefaultValue("100ms") @NotNull @DurationMin(millis = 1) Duration reconnectMin,
    @DefaultValue("2s") @NotNull @DurationMin(millis = 1) Duration reconnectMax,
    @DefaultValue("512") @Min(1) @Max(8192) int inFlightMax,
    @DefaultValue("500ms") @NotNull @DurationMin(millis = 1) Duration trialMin,
    @DefaultValue("15s") @NotNull @DurationMin(millis = 1) Duration trialMax) {}
