package pqsigner.worker.config;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Retry lanes and the delay line.
///
/// @param firstDelay how long a job waits after its first failure, default 5 s. Changing it while
///   records wait is safe: each carries its own time
/// @param secondDelay after the second failure, default 60 s
/// @param pauseMax longest pause of the delay line's consumers before they look again, default 250
///   ms; bounds how late a due record is seen
/// @param sslBundle bundle with the delay line's certificate, default `delay-line`. It is another
///   principal than the worker's, because only the delay line may write jobs. Used when
///   `spring.kafka.ssl.bundle` is set
/// @param client Kafka client properties of the delay line alone, for clusters whose principals do
///   not come from certificates (`sasl.jaas.config` and the like)
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
    @DefaultValue Map<String, String> client) {}
