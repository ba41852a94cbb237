/// Admission, pure: from the fields of a command as they arrived to a recorded, queued request or a
/// typed refusal. HTTP and Kafka are edges that turn bytes into [CommandFields] and an [Admission]
/// into an answer; every rule of the contract is here, once.
///
/// Order matters. A refusal that depends on the world (the key exists, the key is unknown, the
/// deadline passed) gives way to what the ledger already knows of the request, so that a retry of a
/// finished request gets the stored bytes whatever became of the world since.
@NullMarked
package pqsigner.gateway.admission;

import org.jspecify.annotations.NullMarked;
