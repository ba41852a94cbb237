/// The one way out of the enclave: AWS KMS, which releases a data key when the attestation document
/// that comes with the request satisfies the key policy.
///
/// ```
/// KmsKeyRelease      what a call's refusal means: this record's, or everybody's
///   CurrentCredentials  what calls are signed with: the last that KMS accepted
///   Trial            whether it accepts them: a data key for nobody, made and opened
///   AttestedKms      GenerateDataKey and Decrypt with Recipient; errors become refusals
///   KmsClient        AWS JSON 1.1: Json, signed by SigV4
///   HttpsClient      HTTP/1.1 (HttpWire), bounded, one deadline for the whole call
///   TlsChannels      TLS 1.3, X25519MLKEM768, roots and host name from the measured configuration
///   Connection       vsock to the parent's proxy, which is untrusted and sees ciphertext
/// RecipientKeys      RSA-2048 pairs that KMS encrypts its answer to
/// CiphertextForRecipient  that answer: CMS, read strictly
/// ```
///
/// The CMS message is not authenticated: whoever has seen an attestation document can make one. It
/// is trusted only because it came out of the TLS session, and what it unwraps must then open an
/// AEAD whose additional data name the key.
@NullMarked
package pqsigner.enclave.release;

import org.jspecify.annotations.NullMarked;
