/// What an AWS Nitro attestation document proves, decided offline and with the JDK alone.
///
/// [AttestationVerifier] takes the bytes of a document and an [AttestationPolicy] and returns a
/// [Verification]: what was proved, or the one reason why not. [BirthStatement] and
/// [KmsRequestStatement] are what our enclave commits to in the `user_data` of its documents.
///
/// The gateway, the command line, the enclave and the local KMS share this room, so it knows none
/// of them.
@NullMarked
package pqsigner.attestation;

import org.jspecify.annotations.NullMarked;
