package pqsigner.gateway.replay.kafka;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A dead letter that is no job: of a command that could not be read, or a record that could not
/// even be fetched. Says nothing of what a custodian asked to sign.
///
/// @param topic and `partition` and `offset`: where the record was found
/// @param at when it was written there
/// @param reason at most 200 characters
/// @param build that diverted it
/// @param bytes of its value; 0 when only its place could be kept
/// @param sha256 of its value, in hex
/// @param head its first 16 bytes in hex: magic, schema id, and little else
public record UndecodableRecord(
    String topic,
    int partition,
    long offset,
    @Nullable Instant at,
    @Nullable String code,
    @Nullable String reason,
    @Nullable String build,
    int bytes,
    String sha256,
    String head) {}
