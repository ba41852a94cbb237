/// The ledger in DynamoDB: one item for each `(custodian, request_id)`, nothing but conditional
/// writes on it.
///
/// ```
/// table requests                          when            meaning
/// ─────────────────────────────────────────────────────────────────────────────────────────────
/// id                    S  partition key  always          custodian "/" request_id (no "/" in a custodian)
/// digest_sha256         B                 always          what the caller asked for; outlives the result
/// request_type          S                 if readable     key_generation | key_rotation | sign
/// user_id               S                 if known
/// alg                   S                 if known
/// key_version           N                 always          of a refused command: as it asked, or 0
/// key_epoch             N                 if not 0        of the key, when the request was accepted
/// request_state         S                 always          ACCEPTED SIGNED GENERATED REFUSED EXPIRED FAILED
/// accepted_at           N                 always          ms
/// deadline_at           N                 if any          ms; moved by a replay with extension
/// asked_by              S                 always          HTTP | KAFKA: where results go
/// trace_parent          S                 if any
/// content_message       B                 unfinished      \
/// content_mu            B                 unfinished       } removed when the request finishes
/// content_context       B                 unfinished      /
/// content_birth_nonce   B                 unfinished      of a new key only; removed likewise
/// requeue_count         N                 always          since acceptance or last replay
/// queued_at             N                 if queued       ms; when the job was last about to be queued
/// pending_shard         S  index pending  until told      "0".."7", from the id; sparse
/// pending_since         N  index pending  until told      ms; acceptance or last replay
/// due_at                N  (projected)    until told      ms; when a sweeper looks
/// ended_at              N  index failed   not ACCEPTED    ms
/// failed_shard          S  index failed   FAILED          "0".."7"; sparse
/// result_code           S  (projected)    REFUSED FAILED
/// result_detail         S                 REFUSED, if any
/// result_attempts       N                 FAILED          since it was accepted or put back to work
/// result_signature      B                 SIGNED          whole: at most 4,627 bytes
/// result_public_key     B                 GENERATED
/// result_birth_attestation B              GENERATED       at most 16 KiB
/// result_sealed_key_sha256 B              GENERATED       absent: birth statement v1
/// replay_trail          L of M            if replayed     operator S unless by its owner, at N, deadline N if extended
/// replayed_at           N                 if replayed     ms; at of the last line
/// dead_letter           M                 if seen         partition, offset, code, reason, attempts, ...
/// expires_at            N  TTL            finished        epoch SECONDS
/// ```
///
/// A row has its three pending attributes while it is `ACCEPTED`, and afterwards until its owner
/// was told, where no reply that is delivered again would tell it: what the gateway ended by
/// itself, a failure.
///
/// **Retention.** There is one item and one TTL. The TTL is the digest's: an id stays burnt for
/// `digestRetention`. The result ends earlier by rule: after `resultRetention` readers answer as if
/// the request were unknown and a repetition is a conflict, never a second signature. Unfinished
/// rows have no TTL at all. A second item for the result would let DynamoDB delete its bytes
/// sooner, and would make each completion a transaction at twice the price.
///
/// **Indexes** are sparse, eventually consistent, and only ever point: whatever they name is read
/// from the table, or changed under a condition, before anything is done.
@NullMarked
package pqsigner.gateway.ledger.dynamodb;

import org.jspecify.annotations.NullMarked;
