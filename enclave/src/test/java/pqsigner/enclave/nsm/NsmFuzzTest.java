package pqsigner.enclave.nsm;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// What the NSM device answers. Runs the committed corpus in a normal build; with `JAZZER_FUZZ=1`
/// it searches.
class NsmFuzzTest {
  private interface Reader {
    void read(byte[] response) throws NsmException;
  }

  @FuzzTest(maxDuration = "60s")
  void aResponseIsReadOrRefused(byte[] bytes) {
    read(NsmCodec::describeNsm, bytes);
    read(NsmCodec::describePcr, bytes);
    read(NsmCodec::extendPcr, bytes);
    read(NsmCodec::getRandom, bytes);
    read(NsmCodec::lockPcr, bytes);
    read(NsmCodec::attestation, bytes);
  }

  private static void read(Reader reader, byte[] bytes) {
    try {
      reader.read(bytes);
    } catch (NsmException e) {
      // Refused, by the one exception that callers expect.
    }
  }
}
