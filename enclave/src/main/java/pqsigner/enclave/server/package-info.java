/// Frames from the worker: which are legal when, how many at a time, and their answers.
///
/// ```
/// connection ── reader thread ── EnclaveRequests ── jobs (threads that may wait for the KMS)
///                                   │ phase table       └─ signing (one thread per core)
///                                   ├────────────── offered credentials (one thread, tries them)
///            ◄─ writer thread ◄── queue of answers ◄────────┘
/// ```
///
/// All threads are platform threads: vsock and NSM calls are native and would pin a virtual one.
/// Nobody but a connection's own writer ever waits for its peer, so a peer that does not read harms
/// only itself.
@NullMarked
package pqsigner.enclave.server;

import org.jspecify.annotations.NullMarked;
