package pqsigner.enclave.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.enclave.testing.EnclaveJvm;

class FreedMemoryTest {

  @Test
  void isOverwrittenInTheEnvironmentOfAnEnclave() throws IOException, InterruptedException {
    assertThat(probe(FreedMemory.environment())).isEqualTo("true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "glibc.malloc.perturb=90",
        "glibc.malloc.tcache_count=0",
        "glibc.malloc.no_such=90:glibc.malloc.tcache_count=0"
      })
  void isNotWithLess(String tunables) throws IOException, InterruptedException {
    assertThat(probe(Map.of("GLIBC_TUNABLES", tunables))).isEqualTo("false");
  }

  private static String probe(Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder = EnclaveJvm.of(FreedMemoryProbe.class);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process probe = builder.start();
    String said = new String(probe.getInputStream().readAllBytes(), UTF_8).strip();
    probe.waitFor();
    return said;
  }
}
