package pqsigner.enclave.residue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pqsigner.enclave.testing.EnclaveJvm;

/// Copies of a secret in every corner of a heap: in eden to its end, in both survivor spaces, in
/// the old generation.
@Tag("proof")
@Timeout(180)
class SweeperIT {
  private static byte[] marker() {
    byte[] marker = new byte[MarkedHeapMain.MARKER_BYTES];
    for (int i = 0; i < marker.length; i++) {
      marker[i] = MarkedHeapMain.markerAt(i);
    }
    return marker;
  }

  @Test
  void theSweeperWritesOverAllOfThem() throws Exception {
    Process process = EnclaveJvm.of(MarkedHeapMain.class).start();
    try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      assertThat(out.readLine()).isEqualTo("dropped");
      long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      List<ProcessMemory.Hit> left;
      do {
        left = new ProcessMemory(process.pid()).find(Map.of("marker", marker()));
      } while (!left.isEmpty() && System.nanoTime() < deadline);
      assertThat(left).isEmpty();
    } finally {
      process.getOutputStream().close();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
