/// The public side of ML-DSA (FIPS 204), which enclave, gateway and command line share: parameter
/// sets, public keys, external mu, and verification. Nothing here holds a private key.
///
/// | | [pqsigner.mldsa.ConscryptVerifier] | [pqsigner.mldsa.BouncyCastleVerifier] |
/// |---|---|---|
/// | message, empty context | yes, 2.5 times as fast | yes |
/// | message with a context | where [pqsigner.mldsa.ConscryptContexts] passes its test | yes |
/// | external mu | no | yes |
@NullMarked
package pqsigner.mldsa;

import org.jspecify.annotations.NullMarked;
