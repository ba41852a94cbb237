/// ML-DSA (FIPS 204): two engines behind one port, a choice between them for each operation, and
/// the rule that no signature leaves before it was verified under the registered public key.
///
/// | | [pqsigner.enclave.signing.ConscryptMlDsaEngine] | [pqsigner.enclave.signing.BouncyCastleMlDsaEngine] |
/// |---|---|---|
/// | signs | messages, hedged; with a context if this build passes the self-test with it | everything |
/// | key while open | native memory, zeroed when freed | heap arrays |
/// | left afterwards | nothing, once the collector has run | dozens of copies of K, s1, s2, t0 in dead heap objects |
/// | sign and verify, open key, ML-DSA-65 | 0.43 ms of CPU | 0.71 ms |
///
/// So Conscrypt signs wherever it can, and Bouncy Castle the rest. Verification takes public values
/// only; the engine that did not sign does it whenever that engine can, which makes it an
/// independent check:
///
/// | input | signs | verifies |
/// |---|---|---|
/// | message, with or without context, hedged | Conscrypt | Bouncy Castle |
/// | message, with or without context, deterministic | Bouncy Castle | Conscrypt |
/// | message with context, if Conscrypt failed the self-test with contexts | Bouncy Castle | Bouncy Castle |
/// | external mu | Bouncy Castle | Bouncy Castle: neither Conscrypt nor the JDK takes a mu |
@NullMarked
package pqsigner.enclave.signing;

import org.jspecify.annotations.NullMarked;
