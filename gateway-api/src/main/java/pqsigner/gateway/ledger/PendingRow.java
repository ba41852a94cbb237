package pqsigner.gateway.ledger;

import java.time.Instant;

/// A row of the pending index.
///
/// @param since when the request was accepted or last replayed
/// @param dueAt when a sweeper should look at it
public record PendingRow(RequestKey key, Instant since, Instant dueAt) {}
