package pqsigner.enclave.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProductionChecksTest {
  @TempDir Path folder;

  @Test
  void theKernelsRandomnessMustComeFromTheNsm() throws Exception {
    Path current = folder.resolve("rng_current");
    Files.writeString(current, "nsm-hwrng\n");
    ProductionChecks.requireNsmEntropy(current);
    for (String other : List.of("virtio_rng.0\n", "none\n", "", "nsm-hwrng2\n")) {
      Files.writeString(current, other);
      assertThatThrownBy(() -> ProductionChecks.requireNsmEntropy(current))
          .isInstanceOfSatisfying(
              BootException.class,
              e -> assertThat(e.reason()).isEqualTo(BootException.Reason.ENTROPY_SOURCE));
    }
    Files.delete(current);
    assertThatThrownBy(() -> ProductionChecks.requireNsmEntropy(current))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "JAVA_TOOL_OPTIONS",
        "JDK_JAVA_OPTIONS",
        "_JAVA_OPTIONS",
        "CLASSPATH",
        "LD_PRELOAD",
        "LD_LIBRARY_PATH",
        "LD_AUDIT"
      })
  void nothingFromOutsideTheImageMayChangeTheJvm(String name) {
    List<String> measured = List.of("-XX:+DisableAttachMechanism");
    assertThatThrownBy(
            () -> ProductionChecks.requireMeasuredJvm(Map.of(name, "", "PATH", "/bin"), measured))
        .isInstanceOf(BootException.class)
        .hasMessageContaining(name);
  }

  @Test
  void theJvmMustHaveBeenStartedWithItsOptions() throws Exception {
    ProductionChecks.requireMeasuredJvm(
        Map.of("PATH", "/bin"), List.of("-Xmx192m", "-XX:+DisableAttachMechanism"));
    assertThatThrownBy(() -> ProductionChecks.requireMeasuredJvm(Map.of(), List.of("-Xmx192m")))
        .isInstanceOf(BootException.class)
        .hasMessageContaining("enclave.jvmopts");
  }
}
