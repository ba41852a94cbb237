package pqsigner.worker.lanes;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;
import pqsigner.events.Topics;

/// The retry lanes, told to the worker that fills them and to the delay line that empties them.
///
/// @param firstDelay how long a job waits after its first failure, 1ms to 1h. Changing it while
///   records wait is safe: each carries its own time. Worker and delay line must be told the same.
///   If wrong: too short spends the second try on the same hiccup; too long delays an answer that
///   would be there; where the two differ, the shorter one counts
/// @param secondDelay after the second failure, likewise. If wrong: too short makes dead letters of
///   a minute's trouble; too long outlives the caller's deadline
@Validated
@ConfigurationProperties(prefix = "pq-signer.lanes", ignoreUnknownFields = false)
public record LanesSettings(
    @DefaultValue("5s") @NotNull @DurationMin(millis = 1) @DurationMax(hours = 1)
        Duration firstDelay,
    @DefaultValue("60s") @NotNull @DurationMin(millis = 1) @DurationMax(hours = 1)
        Duration secondDelay) {

  public RetryLanes lanes(Topics topics) {
    return new RetryLanes(
        new RetryLane("retry-5s", topics.retry5s(), firstDelay),
        new RetryLane("retry-60s", topics.retry60s(), secondDelay));
  }
}
