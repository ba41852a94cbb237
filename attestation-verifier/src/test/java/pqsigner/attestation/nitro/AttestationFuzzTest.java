package pqsigner.attestation.nitro;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Instant;
import java.time.InstantSource;

/// Runs the committed corpus in a normal build. With `JAZZER_FUZZ=1` and `-Dtest` naming the method
/// it searches.
class AttestationFuzzTest {
  private static final AttestationVerifier VERIFIER =
      new AttestationVerifier(InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z")));

  private static final AttestationPolicy POLICY =
      AttestationPolicy.trusting(TrustRoot.awsNitroEnclaves())
          .at(EvaluationTime.atDocumentTime())
          .allowDebug(true);

  /// The corpus has no genuine document, so whatever verifies is a forgery.
  @FuzzTest(maxDuration = "60s")
  void nothingVerifies(byte[] bytes) {
    if (VERIFIER.verify(bytes, POLICY) instanceof Verification.Verified) {
      throw new AssertionError("a forged document verified");
    }
  }
}
