package pqsigner.protocol;

import java.util.Arrays;
import java.util.List;
import pqsigner.protocol.EnclaveStats.KmsCalls;
import pqsigner.protocol.EnclaveStats.Operation;
import pqsigner.protocol.EnclaveStats.Resource;
import pqsigner.protocol.EnclaveStats.Usage;
import pqsigner.protocol.Request.Mode;
import pqsigner.protocol.Request.SignItem;

/// One of each request and answer, small enough to be read as bytes.
final class Samples {
  static final KeyIdentity IDENTITY = new KeyIdentity("cust-a", "ü1", "ML-DSA-44", 1);
  static final KeyRecord KEY =
      new KeyRecord(IDENTITY, filled(2, 0xAA), filled(3, 0xBB), filled(4, 0xCC));

  static final EnclaveStats STATS =
      new EnclaveStats(
          List.of(
              new KmsCalls(Operation.GENERATE_DATA_KEY, Refusal.KMS_DENIED, 1, 2000),
              new KmsCalls(Operation.DECRYPT, null, 3, 0x0102030405L)),
          List.of(new Usage(Resource.JOBS, 7, 320), new Usage(Resource.CONNECTIONS, 1, 8)));

  static final List<Request> REQUESTS =
      List.of(
          new Request.Status(),
          new Request.Credentials(filled(1, 0x11), filled(2, 0x22), filled(3, 0x33), 0x0123456789L),
          new Request.GenerateKey(IDENTITY, "r1", filled(32, 0x88), -1),
          new Request.Sign(
              KEY,
              List.of(
                  new SignItem(1, Mode.MESSAGE, filled(2, 0xDD), filled(1, 0xEE), 0),
                  new SignItem(-2, Mode.EXTERNAL_MU, filled(64, 0x55), new byte[0], 7))));

  static final List<Answer> ANSWERS =
      List.of(
          new Answer.Status(Phase.SERVING, "i-1-enc2", filled(48, 0x77), STATS),
          new Answer.Accepted(),
          new Answer.KeyGenerated(KEY, filled(5, 0x99)),
          new Answer.Signed(filled(6, 0x66), 1_700_000_000_123L),
          new Answer.Refused(Refusal.KEY_RECORD_REJECTED));

  private Samples() {}

  static byte[] filled(int length, int with) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }
}
