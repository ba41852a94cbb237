/// Registered keys: what the outside may know of them, and their wrapped form for the enclave. A
/// version is written once, by the transaction that completes its making, and never deleted; what
/// changes about it is whether it signs.
@NullMarked
package pqsigner.gateway.keys;

import org.jspecify.annotations.NullMarked;
