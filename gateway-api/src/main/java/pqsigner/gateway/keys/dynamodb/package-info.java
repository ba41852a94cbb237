/// The key registry in DynamoDB. A key record is written once and never changed or deleted: the
/// tables' policies deny it to everybody. What may change lies apart.
///
/// ```
/// table keys
/// ────────────────────────────────────────────────────────────────────────────
/// owner               S  partition key  custodian "/" user_id (no "/" in a custodian)
/// key_version         N  sort key       1 is the first; no gaps
/// alg                 S
/// public_key          B                 raw FIPS 204 encoding
/// encrypted_data_key  B                 KMS CiphertextBlob
/// wrapped_seed        B                 60 bytes
/// birth_attestation   B                 verified before it was written
/// birth_request_id    S                 bound by the attestation; absent: birth statement v1
/// created_at          N                 ms
///
/// table key states
/// ────────────────────────────────────────────────────────────────────────────
/// owner               S  partition key  as above; sort key of index by_custodian
/// key_version         N  sort key       as above
/// custodian           S  index by_custodian
/// alg                 S                 as above
/// created_at          N                 as above
/// fingerprint         S                 SHA-256 of the SubjectPublicKeyInfo, hex
/// key_state           S                 ENABLED | DISABLED
/// state_epoch         N                 changes of key_state since the birth
/// ```
///
/// The puts come from here, the transaction that holds them from the ledger: a key exists exactly
/// if its making is recorded.
@NullMarked
package pqsigner.gateway.keys.dynamodb;

import org.jspecify.annotations.NullMarked;
