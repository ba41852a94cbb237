/// The gateway: it authenticates, validates, records, queues and answers. It has DynamoDB and no
/// KMS; it sees wrapped keys and never an open one.
///
/// ```
/// admission.http ──┐                         ┌── replies ◄── worker
///                  ├─► admission ─► ledger ◄─┤
/// admission.kafka ─┘       │                 └─► waiting (HTTP), results (Kafka)
///                          └─► queue ─► worker       recovery, replay: back to queue
/// ```
@NullMarked
package pqsigner.gateway;

import org.jspecify.annotations.NullMarked;
