package pqsigner.attestation.cbor;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Runs the committed corpus in a normal build. With `JAZZER_FUZZ=1` and `-Dtest` naming the method
/// it searches.
class CborFuzzTest {
  private static final CborLimits LIMITS = new CborLimits(0x3000, 4, true);

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
}
