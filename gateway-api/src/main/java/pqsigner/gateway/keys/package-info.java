/// Registered keys: what the outside may know of them, and their wrapped form for the enclave. A
/// key is written once, by the transaction that completes its generation, and never changes.
@NullMarked
package pqsigner.gateway.keys;

import org.jspecify.annotations.NullMarked;
