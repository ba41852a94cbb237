/// The enclave's image: built the same every time, measured before it runs, and admitted by a key
/// policy written from these measurements.
///
/// ```
/// inputs by hash ──► rootfs ──► eif ──► measurement ──► manifest ──► policy
///                                                            └──► attestation verify, gateway
/// ```
///
/// [ImageCommand] is the way in for programs, [ImageMain] for a shell.
@NullMarked
package pqsigner.image;

import org.jspecify.annotations.NullMarked;
