/// The Nitro Security Module: registers, randomness, attestation documents.
///
/// [pqsigner.enclave.nsm.Nsm] has two implementations: [pqsigner.enclave.nsm.DeviceNsm] for
/// `/dev/nsm`, and the local stack's simulation, which no production image contains.
@NullMarked
package pqsigner.enclave.nsm;

import org.jspecify.annotations.NullMarked;
