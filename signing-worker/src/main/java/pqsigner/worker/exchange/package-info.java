/// What a batch and the enclave's client agree on: how long a batch may wait, and what came of it.
/// The lowest room: it knows the enclave's protocol and nothing above it.
@NullMarked
package pqsigner.worker.exchange;

import org.jspecify.annotations.NullMarked;
