package pqsigner.gateway.admission.http;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// Limits of the HTTP edge.
///
/// @param waitDefault how long a caller waits who does not say; 0s to waitMax. Longer keeps more
///   connections open while the worker is slow; shorter turns more answers into 202
/// @param waitMax the most that `Prefer: wait` can ask for; at most 5m. Must be below the idle
///   time-out of whatever stands in front of the gateway
/// @param waitersMax callers that may wait at once; the others are answered 202 at once. Each costs
///   a virtual thread and a connection, some 10 KiB
/// @param bodyBytesMax the raw body; must hold 64 KiB in base64 with its wrapping, so at least 96KB
/// @param bodyTimeout how long a body may take to arrive; 100ms to 5m. Bounds what a slow writer
///   can hold
/// @param bodiesBytesMax bytes of bodies in memory at once, over all callers, until they are
///   answered; beyond it a caller is told `overloaded`. A body being parsed takes about four times
///   its size
/// @param pendingAgeMax when the oldest pending request has waited longer, by any path and of any
///   custodian, new requests are told `overloaded`; at least 10s. Requests that are known already
///   are answered as ever. Shorter refuses during restarts that would have been caught up with;
///   longer lets callers queue up behind an outage
@Validated
@ConfigurationProperties("pq-signer.http")
public record HttpProperties(
    @DefaultValue("10s") Duration waitDefault,
    @DefaultValue("30s") Duration waitMax,
    @DefaultValue("1024") @Min(1) @Max(1_000_000) int waitersMax,
    @DefaultValue("160KB") DataSize bodyBytesMax,
    @DefaultValue("15s") Duration bodyTimeout,
    @DefaultValue("32MB") DataSize bodiesBytesMax,
    @DefaultValue("5m") Duration pendingAgeMax) {

  @AssertTrue(message = "wait-default must be between 0s and wait-max, wait-max at most 5m")
  boolean isWaitConsistent() {
    return !waitDefault.isNegative()
        && waitDefault.compareTo(waitMax) <= 0
        && waitMax.compareTo(Duration.ofMinutes(5)) <= 0;
  }

  @AssertTrue(message = "body-bytes-max must be between 96KB and 1MB")
  boolean isBodyBounded() {
    return bodyBytesMax.compareTo(DataSize.ofKilobytes(96)) >= 0
        && bodyBytesMax.compareTo(DataSize.ofMegabytes(1)) <= 0;
  }

  @AssertTrue(message = "bodies-bytes-max must be between body-bytes-max and 1GB")
  boolean isBodiesBounded() {
    return bodiesBytesMax.compareTo(bodyBytesMax) >= 0
        && bodiesBytesMax.compareTo(DataSize.ofGigabytes(1)) <= 0;
  }

  @AssertTrue(message = "body-timeout must be between 100ms and 5m")
  boolean isBodyTimely() {
    return bodyTimeout.compareTo(Duration.ofMillis(100)) >= 0
        && bodyTimeout.compareTo(Duration.ofMinutes(5)) <= 0;
  }

  @AssertTrue(message = "pending-age-max must be between 10s and 1d")
  boolean isPendingAgeBounded() {
    return pendingAgeMax.compareTo(Duration.ofSeconds(10)) >= 0
        && pendingAgeMax.compareTo(Duration.ofDays(1)) <= 0;
  }
}
