/// What an AWS Nitro attestation document proves, decided offline and with the JDK alone.
///
/// [AttestationVerifier] takes the bytes of a document and an [AttestationPolicy] and returns a
/// [Verification]: what was proved, or the one reason why not.
///
/// The gateway, the command line and the local KMS share this package, so it knows none of them.
@NullMarked
package pqsigner.attestation.nitro;

import org.jspecify.annotations.NullMarked;
