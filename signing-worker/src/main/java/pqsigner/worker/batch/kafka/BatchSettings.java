package pqsigner.worker.batch.kafka;

import jakarta.validation.constraints.AssertTrue;
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
/// @param deadline how long a batch waits for its last answer, 10ms to 10s; what is unanswered then
///   goes to the first lane. If wrong: too short signs healthy jobs twice; too long lets one slow
///   job hold up the others of its batch
/// @param trialDeadline the same for the one job that goes through a half-open circuit, 10ms to
///   30s. If wrong: below the enclave's `kms.call-timeout`, an outage is guessed rather than
///   answered
/// @param maxRecords most jobs of one batch, 1 to 512. If wrong: many cost memory and are repeated
///   after a crash; few cost round trips and share fewer unwraps
/// @param maxBytes most bytes of one fetch from a broker, 1KB to 256MB; a fetch holds at least one
///   record. If wrong: large costs memory, for each consumer; small makes small batches
/// @param concurrency consumer threads, 1 to 12. If wrong: more than partitions of the jobs topic
///   divided by workers are idle; few leave the enclave idle while a batch is published
/// @param bulkMaxRecords most jobs of one batch of the bulk jobs topic, 1 to 512; these are what an
///   interactive job can find in front of it in the enclave. If wrong: more sign faster in bulk and
///   delay interactive jobs longer
/// @param bulkConcurrency consumer threads of the bulk jobs topic, 1 to 12. If wrong: more put more
///   bulk in front of interactive jobs; more than its partitions divided by workers are idle
/// @param publishTimeout for the broker's acknowledgements of one batch, 1s to 2m. If wrong: below
///   the producer's `delivery.timeout.ms` of 30 s, sends are repeated that succeeded; long delays
///   noticing a dead broker
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
        Duration publishTimeout) {

  @AssertTrue(message = "max-bytes must be between 1KB and 256MB")
  boolean isFetchBounded() {
    return maxBytes.compareTo(DataSize.ofKilobytes(1)) >= 0
        && maxBytes.compareTo(DataSize.ofMegabytes(256)) <= 0;
  }
}
