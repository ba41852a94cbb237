/// The key registry in DynamoDB. Items are written once and never changed or deleted.
///
/// ```
/// table keys
/// ────────────────────────────────────────────────────────────────────────────
/// owner               S  partition key  custodian "/" user_id (no "/" in a custodian)
/// key_version         N  sort key       1 is the first
/// alg                 S
/// public_key          B                 raw FIPS 204 encoding
/// encrypted_data_key  B                 KMS CiphertextBlob
/// wrapped_seed        B                 60 bytes
/// birth_attestation   B                 verified before it was written
/// birth_request_id    S                 bound by the attestation; absent: birth statement v1
/// created_at          N                 ms
/// ```
///
/// The put comes from here, the transaction that holds it from the ledger: a key exists exactly if
/// its generation is recorded.
@NullMarked
package pqsigner.gateway.keys.dynamodb;

import org.jspecify.annotations.NullMarked;
