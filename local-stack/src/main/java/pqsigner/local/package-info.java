/// The whole path on one machine: a real broker, DynamoDB Local, a real schema registry, a KMS
/// stand-in that enforces its key policy, the enclave on a simulated NSM, worker and gateway, each
/// a process of its own. In no production artefact.
///
/// [pqsigner.local.LocalStack] starts and stops it; the packages below are its parts.
@NullMarked
package pqsigner.local;

import org.jspecify.annotations.NullMarked;
