/// The worker's side of the enclave: one multiplexed connection ([EnclaveClient]), the session that
/// keeps it and the enclave's credentials alive ([EnclaveSession]), and the circuit that stops
/// consumption while the enclave or its KMS is down ([EnclaveCircuit]).
@NullMarked
package pqsigner.worker.enclave;

import org.jspecify.annotations.NullMarked;
