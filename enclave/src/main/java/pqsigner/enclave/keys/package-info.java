/// The life of an ML-DSA key: born here, wrapped at once, opened for as long as it has something to
/// sign, wiped.
///
/// ```
/// seed (32 bytes) ── AES-256-GCM ── wrappedSeed = nonce(12) ‖ ciphertext(32) ‖ tag(16)
///                      │ key: a data key of its own, under the KMS key
///                      └ additional data: custodian, user, algorithm, version, public key, KMS ARN
/// ```
///
/// Only the data key may be kept for a while, and only where the measured configuration says so;
/// the seed and what it expands to never outlive the frame they are used for.
@NullMarked
package pqsigner.enclave.keys;

import org.jspecify.annotations.NullMarked;
