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
/// @param requeueAfter how long after its acceptance a request's job is sure to be in the queues if
///   it ever will be, at least 100ms; it is queued again when everything queued until then has left
///   them and it has no answer. Covers a call to the ledger, `pq-signer.kafka.send-timeout` and the
///   difference between the clocks of two gateways. If wrong: below their sum a slow job may be
///   queued twice; far above it a crash is felt that long
/// @param requeueMax the longest time between two looks at a row that stays pending, and between
///   two requeues of a job that is lost or wrongly answered again and again, at least
///   `requeue-after`. If wrong: long delays expiry and recovery after an outage; short reads and
///   writes waiting rows for nothing
/// @param interval between sweeps of one gateway, give or take a fifth; 100ms to 5m. The queues are
///   looked at four times as often while a request is old. If wrong: short reads the index for
///   nothing; long delays recovery, expiry and the alarm
/// @param rowsPerSweep rows that one sweep takes, 1 to 10000. If wrong: few bring jobs back slowly
///   after an outage of the worker; many bring them back faster than it signs
@Validated
@ConfigurationProperties(prefix = "pq-signer.recovery", ignoreUnknownFields = false)
public record RecoverySettings(
    @DefaultValue("10s") Duration requeueAfter,
    @DefaultValue("5m") Duration requeueMax,
    @DefaultValue("2s") Duration interval,
    @DefaultValue("200") @Min(1) @Max(10_000) int rowsPerSweep) {

  /// How old the oldest pending request must be for the queues to be followed.
  Duration watchAfter() {
    return requeueAfter.dividedBy(2);
  }

  /// How long the queues may take to pass a row's time before the row is looked at for its
  /// deadline.
  Duration queuePatience() {
    return requeueAfter.dividedBy(2);
  }

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
