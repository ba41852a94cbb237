package pqsigner.gateway.recovery;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How the sweeper works.
///
/// @param requeueAfter how long a fresh row is left alone, at least 100ms. If wrong: below the
///   usual time of a request every request is produced twice; far above it a crash is felt that
///   long
/// @param requeueMax the longest time between two looks at a row that stays pending, at least
///   `requeue-after`. If wrong: long delays recovery after an outage; short floods the jobs topic
///   with copies during one
/// @param interval between sweeps of one gateway, give or take a fifth; 100ms to 5m. If wrong:
///   short reads the index for nothing; long delays recovery, expiry and the alarm
/// @param rowsPerSweep rows that one sweep takes, 1 to 10000. If wrong: few bring jobs back slowly
///   after an outage of the worker; many bring them back faster than it signs
@Validated
@ConfigurationProperties(prefix = "pq-signer.recovery", ignoreUnknownFields = false)
public record RecoverySettings(
    @DefaultValue("10s") Duration requeueAfter,
    @DefaultValue("5m") Duration requeueMax,
    @DefaultValue("2s") Duration interval,
    @DefaultValue("200") @Min(1) @Max(10_000) int rowsPerSweep) {

  @AssertTrue(message = "requeue-max must not be below requeue-after, requeue-after at least 100ms")
  boolean isRequeueConsistent() {
    return requeueMax.compareTo(requeueAfter) >= 0
        && requeueAfter.compareTo(Duration.ofMillis(100)) >= 0;
  }

  @AssertTrue(message = "interval must be between 100ms and 5m")
  boolean isIntervalBounded() {
    return interval.compareTo(Duration.ofMillis(100)) >= 0
        && interval.compareTo(Duration.ofMinutes(5)) <= 0;
  }
}
