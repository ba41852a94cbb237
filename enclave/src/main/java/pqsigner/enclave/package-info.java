/// The vault: it attests itself, has keys released to it, signs, and does nothing else.
///
/// ```
/// boot     reads the measured configuration, locks it into PCR16, wires the rest, starts and ends
/// server   frames from the worker: phases, bounds, answers out of order
/// keys     a key's life: born, wrapped, opened, used, wiped
/// release  AWS KMS, asked with an attestation document over TLS that ends in here
/// signing  ML-DSA engines behind one port, each signature checked before it leaves
/// nsm      the Nitro Security Module
/// secret   the one type that holds secret bytes
/// ```
///
/// `server` uses `keys`, which uses `release` and `signing`; these use `nsm` and `secret`. Only
/// `boot` knows them all.
///
/// # What the JVM cannot promise
///
/// Seeds, data keys and what they open rest outside the heap and are zeroed on close. On their way
/// into a cipher or a signer they pass through heap arrays that are zeroed at once, but a collector
/// that runs in just that moment leaves a copy behind until its place is used again. The two ML-DSA
/// engines differ in what else they leave: see the `signing` package.
@NullMarked
package pqsigner.enclave;

import org.jspecify.annotations.NullMarked;
