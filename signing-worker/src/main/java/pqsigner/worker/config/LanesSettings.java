package pqsigner.worker.config;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Retry lanes and the delay line.
///
/// @param firstDelay how long a job waits after its first failure, 1ms to 1h. Changing it while
///   records wait is safe: each carries its own time. If wrong: too short spends the second try on
///   the same hiccup; too long delays an answer that would be there
/// @param secondDelay after the second failure, likewise. If wrong: too short makes dead letters of
///   a minute's trouble; too long outlives the caller's deadline
/// @param pauseMax longest pause of the delay line's consumers before they look again, 1ms to 5s.
///   If wrong: long delays due records by as much; short polls for nothing
/// @param sslBundle bundle with the delay line's certificate; used when `spring.kafka.ssl.bundle`
///   is set. It is another principal than the worker's, because only the delay line may write jobs.
///   If wrong: the worker does not start, or its lanes stand still for want of an ACL
/// @param client Kafka client properties of the delay line alone, for clusters whose principals do
///   not come from certificates (`sasl.jaas.config` and the like); values may be secret and are not
///   printed. If wrong: the lanes cannot connect; with the worker's own identity they may not write
///   jobs
@Validated
@ConfigurationProperties(prefix = "pq-signer.lanes", ignoreUnknownFields = false)
public record LanesSettings(
    @DefaultValue("5s") @NotNull @DurationMin(millis = 1) @DurationMax(hours = 1)
        Duration firstDelay,
    @DefaultValue("60s") @NotNull @DurationMin(millis = 1) @DurationMax(hours = 1)
        Duration secondDelay,
    @DefaultValue("250ms") @NotNull @DurationMin(millis = 1) @DurationMax(seconds = 5)
        Duration pauseMax,
    @DefaultValue("delay-line") @NotBlank String sslBundle,
    @DefaultValue Map<String, String> client) {

  /// Names only: a principal's password is among the values.
  @Override
  public String toString() {
    return "LanesSettings[firstDelay=%s, secondDelay=%s, pauseMax=%s, sslBundle=%s, client=%s]"
        .formatted(firstDelay, secondDelay, pauseMax, sslBundle, new TreeSet<>(client.keySet()));
  }
}
