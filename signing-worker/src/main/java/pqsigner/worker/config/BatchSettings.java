package pqsigner.worker.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// How jobs are taken from Kafka.
///
/// @param deadline how long a batch waits for its last answer, 10 ms to 10 s, default 250 ms. What
///   is unanswered then goes to the first lane. Too short: healthy jobs are signed twice. Too long:
///   one slow job holds up the others of its batch
/// @param trialDeadline the same for the one job that goes through a half-open circuit, up to 30 s,
///   default 5 s. Should exceed the enclave's own KMS time-outs, so that an outage is answered
///   rather than guessed
/// @param maxRecords most jobs of one batch, 1 to 512, default 128; bounds memory and how much is
///   repeated after a crash
/// @param maxBytes most bytes of one fetch from a broker, default 8 MB; a fetch holds at least one
///   record
/// @param concurrency consumer threads, 1 to 12, default 2; more than partitions of the jobs topic
///   divided by workers are idle
/// @param bulkMaxRecords most jobs of one batch of the bulk jobs topic, 1 to 512, default 16. These
///   are what an interactive job can find in front of it in the enclave: more of them sign faster
///   in bulk and delay it longer
/// @param bulkConcurrency consumer threads of the bulk jobs topic, 1 to 12, default 1
/// @param publishTimeout for the broker's acknowledgements of one batch, 1 s to 2 min, default 35
///   s; must exceed the producer's `delivery.timeout.ms` of 30 s, or sends are repeated that
///   succeeded
@Validated
@ConfigurationProperties(prefix = "pq-signer.batch", ignoreUnknownFields = false)
public record BatchSettings(
    @DefaultValue("250ms") @NotNull @DurationMin(millis = 10) @DurationMax(seconds = 10)
        Duration deadline,
    @DefaultValue("5s") @NotNull @DurationMin(millis = 10) @DurationMax(seconds = 30)
        Duration trialDeadline,
    @DefaultValue("128") @Min(1) @Max(512) int maxRecords,
    @DefaultValue("8MB") @NotNull DataSize maxBytes,
    @DefaultValue("2") @Min(1) @Max(12) int concurrency,
    @DefaultValue("16") @Min(1) @Max(512) int bulkMaxRecords,
    @DefaultValue("1") @Min(1) @Max(12) int bulkConcurrency,
    @DefaultValue("35s") @NotNull @DurationMin(seconds = 1) @DurationMax(minutes = 2)
        Duration publishTimeout) {}
