/// ML-DSA (FIPS 204): two engines behind one port, a choice between them for each operation, and
/// the rule that no signature leaves before it was verified under the registered public key.
///
/// | | [pqsigner.enclave.signing.ConscryptMlDsaEngine] | [pqsigner.enclave.signing.BouncyCastleMlDsaEngine] |
/// |---|---|---|
/// | signs | a message, empty context, hedged | everything |
/// | key while open | native memory, zeroed when freed | heap arrays |
/// | left afterwards | nothing, once the collector has run | dozens of copies of K, s1, s2, t0 in dead heap objects |
/// | sign and verify, open key, ML-DSA-65 | 0.43 ms of CPU | 0.71 ms |
///
/// So Conscrypt signs wherever it can, and Bouncy Castle the rest. Verification takes public values
/// only; it is done by the engine that did not sign whenever that engine can, which makes it an
/// independent check.
@NullMarked
package pqsigner.enclave.signing;

import org.jspecify.annotations.NullMarked;
