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
/// # What stays in memory, and for how long
///
/// Seeds, data keys and what they open rest outside the heap and are zeroed on close. On their way
/// into a cipher or a signer they pass through heap arrays that are zeroed at once. A test looks
/// into a live enclave process, from outside, for a key's seed, its data key (as bytes and as a key
/// schedule) and K, s1, s2, t0:
///
/// | after | copies found |
/// |---|---|
/// | plain messages (Conscrypt), without the sweeper | the seed, once for each key not yet collected; the data key, once on the stack of each job thread |
/// | plain messages, as it is now | none, mostly within a second |
/// | 200 messages with a context (Bouncy Castle), without the sweeper | K 335 times, s1, s2, t0 113 times each |
/// | the same, as it is now | a handful for about ten seconds, then none, or one or two |
///
/// [pqsigner.enclave.secret.Sweeper] and the decoy in `SeedWrapping` make the difference. What the
/// JVM cannot promise: an object in use during a collection is copied, and if it comes to the old
/// generation, its former place there is not written over until something else is put there. The
/// test looks for used-up RSA recipient keys and for replaced AWS credentials too.
@NullMarked
package pqsigner.enclave;

import org.jspecify.annotations.NullMarked;
