/// The registry of custodians in DynamoDB. Every change is a put of the whole item under the
/// condition that nobody else has changed it.
///
/// ```
/// table custodians
/// ────────────────────────────────────────────────────────────────────────────
/// custodian            S  partition key
/// standing             S                 ENABLED | DISABLED
/// requests_per_second  N                 likewise each other CustodianLimit; absent: the
///                                        gateway's default
/// algorithms           SS                absent: all
/// mu                   BOOL              absent: the gateway's default
/// context              BOOL
/// pins                 SS                absent: none
/// created_at           N                 ms; changed_at likewise
/// changed_by           S                 operator
/// revision             N                 1 is the first
/// ```
@NullMarked
package pqsigner.gateway.custodian.dynamodb;

import org.jspecify.annotations.NullMarked;
