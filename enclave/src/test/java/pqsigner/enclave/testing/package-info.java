/// Stand-ins for tests of this module: a security module without a signature, a KMS that answers as
/// told, certificates. The local stack has the real ones, with a policy.
@NullMarked
package pqsigner.enclave.testing;

import org.jspecify.annotations.NullMarked;
