package pqsigner.gateway.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Where the dead letter of a request lies, and what its headers say; for operators only.
///
/// @param attempts how often the job was tried
/// @param reason at most 200 characters, as the worker wrote it
public record DeadLetter(
    int partition,
    long offset,
    @Nullable String code,
    @Nullable String reason,
    int attempts,
    @Nullable Instant firstSeen,
    @Nullable String build) {}
