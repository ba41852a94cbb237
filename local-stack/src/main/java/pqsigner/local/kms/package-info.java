/// A stand-in for AWS KMS with one symmetric key: AWS's JSON protocol over TLS, and a key policy
/// that is enforced.
///
/// A call passes these gates, in this order, and each failure has AWS's name: a SigV4 signature by
/// a known identity, a principal that the policy names, an attestation document with a genuine
/// chain, signature and age, measurements that the policy names, the encryption context. What comes
/// back is encrypted to the key in the document, in the very bytes in which AWS answers; plaintext
/// never leaves.
///
/// It is not AWS: one key, one process, its master key in memory, an identity list in place of IAM.
@NullMarked
package pqsigner.local.kms;

import org.jspecify.annotations.NullMarked;
