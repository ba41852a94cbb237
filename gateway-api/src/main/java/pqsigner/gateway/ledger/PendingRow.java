package pqsigner.gateway.ledger;

import java.time.Instant;

/// A row of the pending index.
public record PendingRow(String custodian, String requestId, Instant acceptedAt, Instant dueAt) {}
