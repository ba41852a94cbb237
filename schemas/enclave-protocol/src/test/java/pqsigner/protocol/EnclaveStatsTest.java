package pqsigner.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.protocol.EnclaveStats.KmsCalls;
import pqsigner.protocol.EnclaveStats.Operation;
import pqsigner.protocol.EnclaveStats.Resource;
import pqsigner.protocol.EnclaveStats.Usage;

/// Numbers that an enclave tells of itself have one encoding.
class EnclaveStatsTest {
  private static final String ZERO = "0000000000000000";
  private static final String MINUS_ONE = "ffffffffffffffff";

  @Test
  void everyOperationMayEndInEveryWayAndEveryResourceBeInUse() throws ProtocolException {
    List<KmsCalls> calls = new ArrayList<>();
    for (Operation operation : Operation.values()) {
      calls.add(new KmsCalls(operation, null, Long.MAX_VALUE, Long.MAX_VALUE));
      for (Refusal refusal : Refusal.values()) {
        calls.add(new KmsCalls(operation, refusal, Long.MAX_VALUE, 0));
      }
    }
    List<Usage> usages = new ArrayList<>();
    for (Resource resource : Resource.values()) {
      usages.add(new Usage(resource, 0, Long.MAX_VALUE));
    }
    EnclaveStats stats = new EnclaveStats(calls, usages);
    assertThat(read(written(stats))).isEqualTo(stats);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // An operation that nobody knows, a refusal, a resource.
        "01 03 00" + ZERO + ZERO + "00",
        "01 00 00" + ZERO + ZERO + "00",
        "01 01 0d" + ZERO + ZERO + "00",
        "00 01 05" + ZERO + ZERO,
        "00 01 00" + ZERO + ZERO,
        // Twice, and out of order.
        "02 01 00" + ZERO + ZERO + "01 00" + ZERO + ZERO + "00",
        "02 01 02" + ZERO + ZERO + "01 01" + ZERO + ZERO + "00",
        "02 02 00" + ZERO + ZERO + "01 00" + ZERO + ZERO + "00",
        "00 02 02" + ZERO + ZERO + "02" + ZERO + ZERO,
        "00 02 02" + ZERO + ZERO + "01" + ZERO + ZERO,
        // Less than nothing.
        "01 01 00" + MINUS_ONE + ZERO + "00",
        "01 01 00" + ZERO + MINUS_ONE + "00",
        "00 01 01" + MINUS_ONE + ZERO,
        "00 01 01" + ZERO + MINUS_ONE,
        // More announced than there is.
        "ff 01 00" + ZERO + ZERO + "00",
        "00 ff"
      })
  void anythingElseEndsTheConnection(String hex) {
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> read(HexFormat.of().parseHex(hex.replace(" ", ""))));
  }

  private static byte[] written(EnclaveStats stats) {
    BodyWriter out = new BodyWriter();
    stats.write(out);
    return out.body();
  }

  private static EnclaveStats read(byte[] body) throws ProtocolException {
    BodyReader in = new BodyReader(body);
    EnclaveStats stats = EnclaveStats.read(in);
    in.end();
    return stats;
  }
}
