/// The one place that decides what a request is and what became of it.
///
/// Kafka delivers at least once on both sides of the enclave; one row here per `(custodian,
/// request_id)` makes that exactly one result. A row is also the outbox: it is written before its
/// job is produced, and the sweeper produces a job again that got lost.
///
/// ```
///              refused or late command, recorded as it is
///            ┌──────────────────────────────────────────────┐
/// (no row) ──┤                                              ▼
///            └─► ACCEPTED ──► SIGNED | GENERATED | REFUSED | EXPIRED     never changes again
///                  ▲    │
/// owner, operator  │    ▼
///                 FAILED      given up for now
/// ```
///
/// The owner puts a failed request back to work by repeating it, an operator by replaying it; both
/// together so often and no more ([ReplayLimit]), and each time with a line in the trail.
///
/// [LedgerTransitions] is that picture as a pure function; the store mirrors it in its write
/// conditions.
@NullMarked
package pqsigner.gateway.ledger;

import org.jspecify.annotations.NullMarked;
