package pqsigner.worker.enclave;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Where the enclave is, and how its failures are noticed and waited out.
///
/// @param address `vsock:CID:PORT`, `unix:PATH` or `tcp:HOST:PORT`; no default. If wrong: the
///   circuit stays open with ENCLAVE_UNREACHABLE
/// @param connectTimeout for a connection and each answer of the handshake, at least 1ms. If wrong:
///   too short never connects to a busy enclave; long delays noticing a dead one
/// @param heartbeat how often its status is asked, 1ms to 10s. If wrong: long delays noticing a
///   recovery; longer than the enclave's own `server.idle-timeout` loses the connection; short
///   costs frames
/// @param heartbeatTimeout a status that takes longer means that the enclave is dead, at least 1ms.
///   If wrong: too short drops the connection, and the jobs on it, whenever the enclave is busy
/// @param credentialsTimeout how long it may take to answer to new credentials, at least 1ms;
///   longer than its own `kms.call-timeout`, since it tries them with KMS first. If wrong: too
///   short drops the connection, and the jobs on it, whenever KMS is slow
/// @param probeTimeout the same as `heartbeat-timeout`, right after a batch deadline with answers
///   missing, at least 1ms. If wrong: too short takes slow jobs for a dead enclave, which stops
///   consumption for a moment; long delays the next batch
/// @param reconnectMin wait before connecting again, at least 1ms; doubles up to `reconnect-max`.
///   If wrong: short hammers an enclave that is down; long delays recovery
/// @param reconnectMax the longest such wait, at least `reconnect-min`. If wrong: long delays
///   recovery by as much
/// @param inFlightMax most jobs without an answer, 1 to 8192, at least `batch.concurrency` times
///   `batch.max-records` and the same of bulk. If wrong: above the enclave's own `jobs.queued-max`
///   and `server.in-flight-max` it refuses what exceeds them, which costs a lane
/// @param trialMin wait before the first job is sent again after a KMS outage, or credentials after
///   KMS refused some twice, at least 1ms; doubles up to `trial-max`. If wrong: short adds load to
///   a KMS in trouble; long delays recovery
/// @param trialMax the longest such wait, at least `trial-min`. If wrong: long delays recovery by
///   as much
@Validated
@ConfigurationProperties(prefix = "pq-signer.enclave", ignoreUnknownFields = false)
public record EnclaveSettings(
    @NotBlank String address,
    @DefaultValue("2s") @NotNull @DurationMin(millis = 1) Duration connectTimeout,
    @DefaultValue("1s") @NotNull @DurationMin(millis = 1) @DurationMax(seconds = 10)
        Duration heartbeat,
    @DefaultValue("2s") @NotNull @DurationMin(millis = 1) Duration heartbeatTimeout,
    @DefaultValue("15s") @NotNull @DurationMin(millis = 1) Duration credentialsTimeout,
    @DefaultValue("1s") @NotNull @DurationMin(millis = 1) Duration probeTimeout,
    @DefaultValue("100ms") @NotNull @DurationMin(millis = 1) Duration reconnectMin,
    @DefaultValue("2s") @NotNull @DurationMin(millis = 1) Duration reconnectMax,
    @DefaultValue("512") @Min(1) @Max(8192) int inFlightMax,
    @DefaultValue("500ms") @NotNull @DurationMin(millis = 1) Duration trialMin,
    @DefaultValue("15s") @NotNull @DurationMin(millis = 1) Duration trialMax) {

  @AssertTrue(message = "reconnect-max must not be below reconnect-min")
  boolean isReconnectConsistent() {
    return reconnectMax.compareTo(reconnectMin) >= 0;
  }

  @AssertTrue(message = "trial-max must not be below trial-min")
  boolean isTrialConsistent() {
    return trialMax.compareTo(trialMin) >= 0;
  }
}
