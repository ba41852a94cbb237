package pqsigner.attestation;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Instant;
import java.time.InstantSource;
import pqsigner.attestation.cbor.Cbor;
import pqsigner.attestation.cbor.CborException;
import pqsigner.attestation.cbor.CborLimits;
import pqsigner.attestation.cbor.CborReader;
import pqsigner.attestation.cbor.CborWriter;

/// Runs the committed corpus in a normal build. With `JAZZER_FUZZ=1` and `-Dtest` naming one method
/// it searches.
class AttestationFuzzTest {
  private static final CborLimits LIMITS = new CborLimits(0x3000, 4, true);

  private static final AttestationVerifier VERIFIER =
      new AttestationVerifier(InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z")));

  private static final AttestationPolicy POLICY =
      AttestationPolicy.trusting(TrustRoot.awsNitroEnclaves())
          .at(EvaluationTime.atDocumentTime())
          .allowDebug(true);

  @FuzzTest(maxDuration = "60s")
  void whatIsReadIsReadAgainTheSame(byte[] bytes) throws CborException {
    Cbor value;
    try {
      value = CborReader.read(bytes, LIMITS);
    } catch (CborException e) {
      return;
    }
    byte[] written = CborWriter.write(value);
    if (!CborReader.read(written, LIMITS).equals(value)) {
      throw new AssertionError("written bytes read differently");
    }
  }

  /// The corpus has no genuine document, so whatever verifies is a forgery.
  @FuzzTest(maxDuration = "60s")
  void nothingVerifies(byte[] bytes) {
    if (VERIFIER.verify(bytes, POLICY) instanceof Verification.Verified) {
      throw new AssertionError("a forged document verified");
    }
  }
}
