/// The enclave as an ordinary process, on a simulated security module.
///
/// What is simulated is the hypervisor: it measures jars in place of an image and signs under a
/// root of this stack's own. The enclave itself, its phases, its TLS to the KMS and its protocol
/// are the real code. These classes use the JDK, the enclave and the attestation modules, and
/// nothing else of this module's dependencies is on their class path.
@NullMarked
package pqsigner.local.enclave;

import org.jspecify.annotations.NullMarked;
