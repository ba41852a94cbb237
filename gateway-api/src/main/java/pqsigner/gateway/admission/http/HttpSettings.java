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
/// @param waitDefault how long a caller waits who does not say, 0s to `wait-max`. If wrong: longer
///   keeps more connections open while the worker is slow; shorter turns more answers into 202
/// @param waitMax the most that `Prefer: wait` can ask for, at most 5m. If wrong: above the idle
///   time-out of whatever stands in front of the gateway, callers see broken connections instead of
///   202
/// @param waitersMax callers that may wait at once; the others are answered 202 at once. If wrong:
///   too many cost memory, each a virtual thread and a connection of some 10 KiB; too few turn
///   answers into 202
/// @param bodyBytesMax the raw body, 96KB to 1MB. If wrong: below what 64 KiB in base64 need with
///   their wrapping, messages that the contract allows are refused as `message_too_large`
/// @param bodyTimeout how long a body may take to arrive, 100ms to 5m. If wrong: too long lets slow
///   writers hold their share of `bodies-bytes-max`; too short refuses callers on bad lines
/// @param bodiesBytesMax bytes of bodies in memory at once, over all callers, until they are
///   answered; `body-bytes-max` to 1GB. If wrong: too small tells callers `overloaded` without
///   need; too large ends in OutOfMemoryError, since a body being parsed takes about four times its
///   size
/// @param pendingAgeMax when the queues are further behind, by any path and of any custodian, new
///   requests are told `overloaded`; 10s to 1d. Requests that are known already are answered as
///   ever. If wrong: shorter refuses during restarts that would have been caught up with; longer
///   lets callers queue up behind an outage
@Validated
@ConfigurationProperties(prefix = "pq-signer.http", ignoreUnknownFields = false)
public record HttpSettings(
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
