package pqsigner.delayline;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How the delay line reads the lanes. How long a job waits on them is `pq-signer.lanes`.
///
/// @param topicPrefix first part of every topic name; must be the gateway's and the worker's. If
///   wrong: the topics are missing or forbidden, and no job comes back from its lane
/// @param pauseMax longest pause of the consumers before they look again, 1ms to 5s. If wrong: long
///   delays due jobs by as much; short polls for nothing
/// @param maxRecords most jobs of one poll, 1 to 512. If wrong: many are brought back twice after a
///   crash, which costs their signatures a second time; few cost round trips
/// @param publishTimeout for the broker's acknowledgements of one poll, 1s to 2m. If wrong: below
///   the producer's `delivery.timeout.ms` of 30 s, sends are repeated that succeeded; long delays
///   noticing a dead broker
@Validated
@ConfigurationProperties(prefix = "pq-signer.delay-line", ignoreUnknownFields = false)
public record DelayLineSettings(
    @DefaultValue("pq-signer.") @NotNull String topicPrefix,
    @DefaultValue("250ms") @NotNull @DurationMin(millis = 1) @DurationMax(seconds = 5)
        Duration pauseMax,
    @DefaultValue("128") @Min(1) @Max(512) int maxRecords,
    @DefaultValue("35s") @NotNull @DurationMin(seconds = 1) @DurationMax(minutes = 2)
        Duration publishTimeout) {}
