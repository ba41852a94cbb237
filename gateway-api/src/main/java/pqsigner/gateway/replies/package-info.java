/// What the worker says became of a job, on its way into the ledger and, only then, out to whoever
/// waits.
///
/// The ledger decides whether a reply counts. Nothing is recorded on a worker's word alone: a
/// signature must verify under the registered key, and a new key's birth attestation must verify,
/// against what *we* recorded of the request, not against what the reply says of it. Everything is
/// released before the reply's offset is committed, so a crash anywhere repeats it.
@NullMarked
package pqsigner.gateway.replies;

import org.jspecify.annotations.NullMarked;
