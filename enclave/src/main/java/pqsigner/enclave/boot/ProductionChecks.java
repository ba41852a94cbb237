package pqsigner.enclave.boot;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import pqsigner.enclave.boot.BootException.Reason;

/// What must hold around the process on Nitro, beyond what the NSM tells.
final class ProductionChecks {
  /// Which hardware generator feeds the kernel's pool.
  static final Path CURRENT_HWRNG = Path.of("/sys/devices/virtual/misc/hw_random/rng_current");

  private static final String NSM_HWRNG = "nsm-hwrng";

  /// They change a JVM or its libraries from outside the image.
  private static final List<String> FORBIDDEN_ENVIRONMENT =
      List.of(
          "JAVA_TOOL_OPTIONS",
          "JDK_JAVA_OPTIONS",
          "_JAVA_OPTIONS",
          "CLASSPATH",
          "LD_PRELOAD",
          "LD_LIBRARY_PATH",
          "LD_AUDIT");

  private static final String NO_ATTACH = "-XX:+DisableAttachMechanism";

  private ProductionChecks() {}

  static void requireNsmEntropy(Path currentHwrng) throws IOException {
    String current = Files.readString(currentHwrng).strip();
    if (!current.equals(NSM_HWRNG)) {
      throw new BootException(Reason.ENTROPY_SOURCE, "the kernel's generator is " + current);
    }
  }

  static void requireOverwrittenMemory() throws BootException {
    if (!FreedMemory.isOverwritten()) {
      throw new BootException(
          Reason.FREED_MEMORY,
          "the C library keeps it; it wipes it when started with " + FreedMemory.environment());
    }
  }

  static void requireMeasuredJvm(Map<String, String> environment) throws BootException {
    requireMeasuredJvm(environment, ManagementFactory.getRuntimeMXBean().getInputArguments());
  }

  static void requireMeasuredJvm(Map<String, String> environment, List<String> jvmArguments)
      throws BootException {
    for (String name : FORBIDDEN_ENVIRONMENT) {
      if (environment.containsKey(name)) {
        throw new BootException(Reason.UNMEASURED_INPUT, name + " is set");
      }
    }
    if (!jvmArguments.contains(NO_ATTACH)) {
      throw new BootException(Reason.UNMEASURED_INPUT, "not started with enclave.jvmopts");
    }
  }
}
