package pqsigner.enclave.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@"
                    + Path.of(
                        System.getProperty("enclave.jvmopts", "src/main/jvm/enclave.jvmopts")),
                "-cp",
                System.getProperty("java.class.path"),
                FreedMemoryProbe.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process probe = builder.start();
    String said = new String(probe.getInputStream().readAllBytes(), UTF_8).strip();
    probe.waitFor();
    return said;
  }
}
